--- Publisher of envelopes: a frame with the topic, then the content, of any frames and bytes.
-- As a part it publishes what its owner says: `self.feed:publish("topic", ...)`.
local numbers = require "publish_subscribe/numbers"

---@type sloop.Role
local publisher = {
  options = {
    topics = { "A", "B" }, -- published by itself; none, when it is a part
    interval = 1000,       -- ms from one of each to the next
    numbers = false,       -- a last frame with a number within the topic
    messages = 0,          -- of each; then it ends; 0: never
  },
  state = {
    id = "",
    counts = {}, -- topic -> number of its last message
    rounds = 0,
  },
  sockets = { feed = { "pub", bind = "tcp://*:5563" } },
  timers = { tick = "interval" },
  on = {},
}

function publisher.init(self) self.id = numbers.id(self:uuid()) end

--- Publish one message. At most 253 frames of content.
function publisher.publish(self, topic, ...)
  if not self.options.numbers then return self.feed:send(topic, ...) end
  local frames, count = { ... }, select("#", ...)
  local number
  frames[count + 1], number = numbers.next(self.counts, self.id, topic)
  self:note("published", { topic = topic, id = self.id, number = number })
  return self.feed:send(topic, table.unpack(frames, 1, count + 1))
end

function publisher.on.tick(self)
  self.rounds = self.rounds + 1
  for _, topic in ipairs(self.options.topics) do
    self:publish(topic, ("message %d about %s"):format(self.rounds, topic))
  end
  if self.rounds == self.options.messages then self:stop() end
end

return publisher
