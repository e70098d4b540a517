--- A publisher, a relay, subscribers, and taps that are stopped, slow, killed and cut off: no
-- subscriber notices. Each message comes through at once, unchanged, and once.
local MOST <const> = 50 -- ms from a publisher to a subscriber, in virtual time

local judge = {
  published = function(run, event)
    run.number = run.number + 1
    run.published[event.text] = { number = run.number, time = event.time }
  end,
  heard = function(run, event, last)
    local origin = run.published[event.text]
    if not origin then return "heard what was not published" end
    if last < math.huge and origin.number <= last then
      return "heard a message again, or after a later one"
    end
    if event.time - origin.time > MOST then
      return ("heard a message %.0f ms late"):format(event.time - origin.time)
    end
    for number = last + 1, origin.number - 1 do
      if run.wanted[number] then return "missed a message" end
    end
    return nil, origin.number
  end,
  tapped = function(run, event)
    local is_known = run.published[event.text] or event.text:find "^[\0\1][AB]$"
    return not is_known and "a tap heard what was not published" or nil
  end,
}

local function check(history)
  local run, last = { number = 0, published = {}, wanted = {} }, {}
  for _, event in ipairs(history) do
    local act = judge[event.kind]
    local reason, number
    if act then reason, number = act(run, event, last[event.node] or math.huge) end
    if reason then return ("%s at %.0f ms: %s"):format(event.node, event.time, reason) end
    if event.kind == "published" then run.wanted[run.number] = event.text:find "^[AB]" ~= nil end
    if number then last[event.node] = number end
  end
  for i = 1, 2 do
    if not last["subscriber." .. i] then return ("subscriber.%d heard nothing"):format(i) end
  end
end

return {
  nodes = {
    publisher = { "publisher.lua", interval = 5 },
    relay = {
      "relay.lua", upstream = { connect = "@publisher.feed" },
      taps = { sndhwm = 20, sndbuf = 1000 },
    },
    subscriber = {
      "subscriber.lua", count = 2, messages = 0, feed = { connect = "@relay.downstream" },
    },
    tap = {
      "tap.lua", count = 2, quiet = true,
      source = { connect = "@relay.taps", rcvhwm = 20, rcvbuf = 1000 },
    },
  },
  duration = 10000, quiet = 3000,
  faults = {
    crash = { "tap" }, pause = { "tap" }, slow = { "tap" }, cut = { "tap" },
    half_open = { "tap" }, partition = { "tap" },
  },
  check = check,
}
