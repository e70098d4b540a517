--- The same among faults that break the promise's premise: nodes die, connections are lost. None
-- waits for ever, and none believes it has what it has not: a subscriber has every message, or
-- says what is wrong; a publisher ends well only if all that it began with read to the end.
local SUBSCRIBERS <const>, MESSAGES <const> = 3, 10000

local PATIENCE <const>, SLACK <const> = 10000, 25000 -- ms until a dead link is noticed
local OFTEN <const> = { every = { 20, 1000 } } -- ms: a run without faults is over in half a second

local judge = {
  counted = function(run, event)
    run.counted = run.counted + 1
    if event.count ~= MESSAGES then return ("ended with %d messages"):format(event.count) end
  end,
  start = function(run, event) run.alive[event.node] = event.time end,
  restart = function(run, event) run.alive[event.node] = event.time end,
  crash = function(run, event) run.alive[event.node] = nil end,
  stop = function(run, event)
    run.alive[event.node] = nil
    local is_good = event.node == "publisher" and event.status == 0
    if is_good and run.counted < SUBSCRIBERS then return "believes that all have all" end
  end,
}

local function check(history)
  local run = { alive = {}, counted = 0 }
  for _, event in ipairs(history) do
    local act = judge[event.kind]
    local reason = act and act(run, event)
    if reason then return ("%s at %.0f ms %s"):format(event.node, event.time, reason) end
  end
  local last = history.ended
  for name, since in pairs(run.alive) do
    if last - since > 2 * PATIENCE + SLACK then
      return ("%s waits since %.0f ms"):format(name, since)
    end
  end
end

return {
  nodes = {
    publisher = {
      "publisher.lua", subscribers = SUBSCRIBERS, messages = MESSAGES, patience = PATIENCE,
      feed = { sndhwm = 50 },
    },
    subscriber = {
      "subscriber.lua", count = SUBSCRIBERS, patience = PATIENCE,
      feed = { connect = "@publisher.feed", rcvhwm = 50 },
      ready = { connect = "@publisher.ready" },
    },
  },
  faults = {
    crash = OFTEN, cut = OFTEN, half_open = OFTEN, partition = OFTEN, one_way = OFTEN,
    pause = OFTEN, delay = true, slow = true, rate = true, step = true,
  },
  duration = 10000, quiet = 60000,
  check = check,
}
