--- A clone server that notes its map while it is active, for a checker.
local extend = require "sloop.extend_role"

local on = {}

function on.tell(self)
  if not self.pair:holds() then return end
  local map = {}
  for key, kv in pairs(self.map) do map[key] = kv.body end
  self:note("map", { map = map })
end

return extend(require "clone/server", { timers = { tell = 2000 }, on = on })
