--- Pong: sends every ping back to its one peer.
---@type sloop.Role
local pong = {
  sockets = { peer = { "pair", bind = "tcp://*:5555" } },
  on = {},
}

function pong.on.peer(self, _, ...)
  self:log("ping %s", (...) or "")
  self.peer:send("pong", ...)
end

return pong
