--- Two publishers, a chain of two forwarders, three subscribers. Any of them may be killed,
-- stopped, slow or cut off. What was under way is lost, and seen; when the faults are over every
-- subscriber hears all of its topic, from both publishers, and nothing else.
local publish_subscribe = require "publish_subscribe/topology"

local SUBSCRIBERS <const> = 3

local function zip(n) return tostring(9999 + n) end

-- As of publish-subscribe, and: each hears its own place only.
local function check(history)
  for _, event in ipairs(history) do
    if event.kind == "heard" and event.topic ~= zip(tonumber(event.node:match "%d+$")) then
      return event.node .. " hears of " .. event.topic
    end
  end
  return publish_subscribe.check(history)
end

return {
  nodes = {
    publisher = {
      "publish_subscribe/publisher", count = 2, zips = SUBSCRIBERS + 1, rate = 50,
      feed = { bind = function(n) return "tcp://*:" .. 5555 + n end },
    },
    inner = {
      "forwarder.lua", upstream = { connect = "@publisher.feed" },
      downstream = { bind = "tcp://*:8100" },
    },
    outer = {
      "forwarder.lua", upstream = { connect = "@inner.downstream" },
      downstream = { bind = "tcp://*:8101" },
    },
    subscriber = {
      "publish_subscribe/subscriber", count = SUBSCRIBERS, updates = 0, zip = zip,
      feed = { connect = "@outer.downstream" },
    },
  },
  faults = {
    crash = true, cut = true, half_open = true, partition = true, one_way = true,
    pause = true, slow = true, rate = true, step = true, delay = true,
  },
  check = check,
}
