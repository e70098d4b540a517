--- The backup stands still for long. Meanwhile the primary does, too, just so long that it steps
--- down, says so, and becomes active again in a new term. When the backup goes on, it reads first
--- that no server is active: that was true long ago.
local BACKUP <const>, PRIMARY <const> = 1, 5 -- nodes have their numbers by name

return {
  base = "BINARY_STAR/topology.lua",
  schedule = {
    { kind = "pause", node = BACKUP, time = 5000, duration = 12000 },
    { kind = "pause", node = PRIMARY, time = 5050, duration = 1900 },
  },
}
