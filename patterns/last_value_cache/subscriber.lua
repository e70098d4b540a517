--- Subscribes to some topics, and gets the last message of each at once.
-- As a part it hands each message to its owner, `on.<part>(self, topic, ...)`.
---@type sloop.Role
local subscriber = {
  options = {
    topics = { "007" }, -- what topics begin with
    updates = 0,        -- messages, then it ends; 0: never
    quiet = false,      -- log no messages
  },
  state = { messages = 0 },
  sockets = function(options)
    return { cache = { "sub", connect = "tcp://localhost:5558", subscribe = options.topics } }
  end,
  on = {},
}

function subscriber.on.cache(self, topic, ...)
  self.messages = self.messages + 1
  self:note("value", { topic = topic, value = ... or "" })
  if not self.options.quiet then self:log("%s: %s", topic, table.concat({ ... }, " ")) end
  self:emit(topic, ...)
  if self.messages == self.options.updates then self:stop() end
end

return subscriber
