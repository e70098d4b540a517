--- Two servers, three clients. Servers may die, anything may stand still or lose its connections:
-- at most one serves in a term, none takes over without need, and in the end one serves them all.
local promises = require "sloop.promise_checkers"

local SERVERS <const> = { "primary", "backup" }
local ALL <const> = { "primary", "backup", "client" }

return {
  nodes = {
    primary = { "server.lua", role = "primary", restart = true, work = 20 },
    backup = { "server.lua", role = "backup", restart = true, work = 20 },
    client = { "client.lua", count = 3, retries = 0, interval = 100 },
  },
  faults = {
    crash = SERVERS, death = SERVERS, late = SERVERS, disk_error = SERVERS, disk_slow = SERVERS,
    pause = ALL, slow = ALL, step = ALL, rate = ALL,
    partition = ALL, one_way = ALL, cut = ALL, half_open = ALL, delay = ALL,
  },
  check = promises.all {
    promises.exclusive { key = "term", once = true },
    promises.fenced { of = SERVERS },
    promises.unprovoked { of = SERVERS },
    promises.settled { of = SERVERS },
    promises.genuine { of = "client" },
    promises.progress { of = "client", note = "reply", least = 20 },
  },
}
