--- Counts messages. An empty one asks for the count on `ack`.
local pull = {
  state = { count = 0 },
  sockets = {
    data = { "pull", bind = "tcp://*:5555" },
    ack = { "push", bind = "tcp://*:5556" },
  },
  on = {},
}

function pull.on.data(self, frame)
  self.count = self.count + 1
  if frame == "" then self.ack:send(tostring(self.count)) end
end

return pull
