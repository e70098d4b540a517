--- ROUTER to DEALER and back, each message through a handler.
local broker = {
  sockets = {
    front = { "router", bind = "tcp://*:5555" },
    back = { "dealer", bind = "tcp://*:5556" },
  },
  on = {},
}

function broker.on.front(self, ...) self.back:send(...) end

function broker.on.back(self, ...) self.front:send(...) end

return broker
