--- Subscribes to A and B, and leaves after five messages.
---@type sloop.Role
local subscriber = {
  options = {
    topics = { "A", "B" },
    messages = 5, -- then it ends; 0: never
  },
  state = { heard = 0 },
  sockets = function(options)
    return { feed = { "sub", connect = "tcp://localhost:6001", subscribe = options.topics } }
  end,
  on = {},
}

function subscriber.on.feed(self, text)
  self.heard = self.heard + 1
  self:note("heard", { text = text })
  self:log("%s", text)
  if self.heard == self.options.messages then self:stop() end
end

return subscriber
