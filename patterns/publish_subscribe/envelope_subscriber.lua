--- Subscriber to envelopes: topics by their first bytes. As a part it hands each message to its
-- owner, `on.<part>(self, topic, ...)`; by itself it logs it.
local losses = require "publish_subscribe/losses"
local reject = require "sloop.reject_message"

---@type sloop.Role
local subscriber = {
  options = {
    topics = { "B" }, -- what topics begin with
    numbers = false,  -- the last frame is a number: see what is lost
    quiet = false,    -- log no messages
  },
  state = { heard = 0, losses = losses.new(), rejects = {} },
  sockets = function(options)
    return { feed = { "sub", connect = "tcp://localhost:5563", subscribe = options.topics } }
  end,
  timers = { tell = 1000 },
  on = {},
}

local function take(self, topic, ...)
  self.heard = self.heard + 1
  if not self.options.quiet then
    self:log("[%s] %s", topic, table.concat({ ... }, " "))
  end
  self:emit(topic, ...)
end

function subscriber.on.feed(self, topic, ...)
  if not self.options.numbers then return take(self, topic, ...) end
  local frames, count = { ... }, select("#", ...)
  if count == 0 then return reject(self, "a topic and nothing else") end
  if losses.hear(self, topic, frames[count]) then
    take(self, topic, table.unpack(frames, 1, count - 1))
  end
end

subscriber.on.tell = losses.tell

function subscriber.stop(self)
  losses.tell(self)
  self:log("%d messages, %d lost in between", self.heard, self.losses.lost)
end

return subscriber
