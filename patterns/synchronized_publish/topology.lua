--- Three subscribers and their publisher, which may be slow or stand still, however late a
-- subscriber comes: each has every message.
local checkers = require "sloop.promise_checkers"

local SUBSCRIBERS <const>, MESSAGES <const> = 3, 10000

local function check(history)
  local counted = {}
  for _, event in ipairs(history) do
    if event.kind == "counted" then counted[event.node] = event.count end
  end
  for i = 1, SUBSCRIBERS do
    local count = counted["subscriber." .. i]
    if count ~= MESSAGES then
      return ("subscriber.%d has %s of %d messages"):format(i, tostring(count), MESSAGES)
    end
  end
end

return {
  nodes = {
    publisher = {
      "publisher.lua", subscribers = SUBSCRIBERS, messages = MESSAGES, patience = 120000,
      feed = { sndhwm = 50 },
    },
    subscriber = {
      "subscriber.lua", count = SUBSCRIBERS, patience = 120000,
      feed = { connect = "@publisher.feed", rcvhwm = 50 },
      ready = { connect = "@publisher.ready" },
    },
  },
  faults = {
    pause = { every = { 20, 1000 } }, delay = true, slow = true, rate = true,
    step = { every = { 20, 1000 } },
  },
  duration = 10000,
  check = checkers.all {
    check, checkers.count { of = "subscriber", note = "counted", count = 1 },
  },
}
