--- How long a client of a binary star waits when the active is killed:
---   sloop lua bench/failover.lua [KILLS]
-- Servers and client with their defaults: an interval of 1,000 ms, a try of 1,000 ms. What took
-- longer than two intervals and another try at both is told by itself, with the longest time for
-- which this program got no turn meanwhile.
local programs = require "programs"

local KILLS <const> = tonumber(arg[1]) or 50
local LONG <const> = 4000 -- ms
local OTHER <const> = { primary = "backup", backup = "primary" }

programs.measure(function(folder)
  local function start(role)
    return programs.sloop { "run", "binary_star/server", "--name=" .. role, "--role=" .. role,
      "--control=none", ("--data=%s/%s"):format(folder, role) }
  end

  local servers = { backup = start "backup", primary = start "primary" }
  servers.primary:line "active, term"
  local client = programs.sloop { "run", "binary_star/client", "--interval=5", "--control=none" }
  client:line "request 20: answered"

  local active, waits, stalls = "primary", {}, programs.stalls()
  for kill = 1, KILLS do
    stalls()
    servers[active]:kill()
    local wait = 0
    while wait < 500 do wait = tonumber((client:line "answered %d+ after (%d+) ms")) end
    waits[kill] = wait
    if wait > LONG then
      print(("kill %d: %d ms; a stall of %.0f ms"):format(kill, wait, stalls()))
    end
    servers[active] = start(active)
    servers[active]:line "passive, term"
    active = OTHER[active]
    programs.pause(math.random(200, 1200)) -- at any moment between two states
    client.seen = #client.lines
  end
  table.sort(waits)
  print(("%d kills: the client waited %d ms (median), %d to %d ms; nine of ten up to %d ms"):format(
    KILLS, waits[(KILLS + 1) // 2], waits[1], waits[KILLS], waits[math.max(1, KILLS * 9 // 10)]))
end)
