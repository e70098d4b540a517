--- Subscribes and counts. An empty message asks for the count on `ack`.
local subscriber = {
  state = { count = 0 },
  sockets = {
    feed = { "sub", connect = "tcp://localhost:5556", subscribe = "" },
    ack = { "push", connect = "tcp://localhost:5557" },
  },
  on = {},
}

function subscriber.on.feed(self, frame)
  self.count = self.count + 1
  if frame == "" then self.ack:send(tostring(self.count)) end
end

return subscriber
