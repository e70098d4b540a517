--- A slow subscriber ends, within its limit and one message; quick ones do not, whatever clocks do
-- and however the network delays, also behind a publisher that says only the date. One that is slow
-- has a short queue: its messages are hardly ever late, but most are missing.
local LIMIT <const>, WORK <const> = 1000, 5 -- ms; a message takes the slow ones five times too long
local NAP <const> = 500 -- ms a quick one may stand still, with its delays well within the limit

local function is_slow(name) return name:find "^slow" ~= nil end

local function check(history)
  local ended = {}
  for _, event in ipairs(history) do
    local name = event.node or ""
    if event.kind == "late" then
      if not is_slow(name) then return ("%s ended, %.0f ms late"):format(name, event.late) end
      if event.late > LIMIT + NAP + 3 * WORK then
        return ("%s ended only when it was %.0f ms late"):format(name, event.late)
      end
      ended[name] = true
    elseif event.kind == "stop" and ended[name] and event.status ~= 3 then
      return ("%s ended with status %d"):format(name, event.status)
    end
  end
  for _, name in ipairs { "slow", "slow_by_date", "slow_short" } do
    if not ended[name] then return name .. " did not end" end
  end
end

return {
  nodes = {
    publisher = { "publisher.lua" },
    dates = { "publisher.lua", date_only = true, feed = { bind = "tcp://*:5566" } },
    lossy = { "publisher.lua", feed = { bind = "tcp://*:5576", sndhwm = 5, sndbuf = 1000 } },
    quick = { "subscriber.lua", work = 0, limit = LIMIT, feed = { connect = "@publisher.feed" } },
    quick_by_date = {
      "subscriber.lua", work = 0, limit = LIMIT, feed = { connect = "@dates.feed" },
    },
    slow = { "subscriber.lua", work = WORK, limit = LIMIT, feed = { connect = "@publisher.feed" } },
    slow_by_date = {
      "subscriber.lua", work = WORK, limit = LIMIT, feed = { connect = "@dates.feed" },
    },
    slow_short = {
      "subscriber.lua", work = WORK, limit = LIMIT,
      feed = { connect = "@lossy.feed", rcvhwm = 5, rcvbuf = 1000 },
    },
  },
  duration = 3000, quiet = 3000,
  faults = {
    step = true, rate = { amount = { -500, 500 } },
    delay = { amount = { 1, 100 }, nodes = { "publisher", "dates", "lossy" } },
    pause = { nodes = { "publisher", "dates", "quick", "quick_by_date" }, duration = { 1, NAP } },
  },
  check = check,
}
