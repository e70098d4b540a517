--- A ROUTER socket that answers each message with itself.
local router = {
  sockets = { clients = { "router", bind = "tcp://*:5555" } },
  on = {},
}

function router.on.clients(self, ...) self.clients:send(...) end

return router
