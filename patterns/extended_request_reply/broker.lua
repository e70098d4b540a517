--- Shared queue: takes requests from any client to the next worker, and replies back.
-- Messages are copied in C, whole and unchanged, and never pass through Lua.
---@type sloop.Role
local broker = {
  sockets = {
    clients = { "router", bind = "tcp://*:5559" },
    services = { "dealer", bind = "tcp://*:5560" },
  },
  relays = { queue = { "clients", "services" } },
}

function broker.stop(self)
  local counts = self.queue:counts()
  self:log("%d requests, %d replies, %d dropped", counts.forward, counts.backward, counts.dropped)
end

return broker
