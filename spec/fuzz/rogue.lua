--- Rogue: a broker, or a server, that answers whatever it hears with up to three messages it should
--- not say.
local nonsense = require "nonsense"

local rogue = {
  options = { sayings = { "" } }, -- see nonsense.lua
  sockets = { peers = { "router", bind = "tcp://*:5555" } },
  on = {},
}

function rogue.on.peers(self, id, ...)
  for _ = 1, self:random(0, 3) do
    self.peers:send(id, nonsense.message(self, { ... }, 254))
  end
end

return rogue
