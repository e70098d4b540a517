--- Many requests in flight, of up to 64 KiB, while everything may die, stand still or lose its
-- connections: each has its own echo in the end.
local promises = require "sloop.promise_checkers"

local REQUESTS <const>, TASKS <const> = 50, 8
local MAJORDOMO <const> = "MAJORDOMO" -- the folder of the roles: a spec says which,
local SPEC <const> = "SPEC"           -- and where it is itself

return {
  nodes = {
    broker = { MAJORDOMO .. "/broker.lua", heartbeat = 500, retries = 1000 },
    worker = {
      MAJORDOMO .. "/echo.lua", count = 4, heartbeat = 500, work = 20,
      broker = { connect = "@broker.router" },
    },
    crowd = {
      SPEC .. "/pattern/majordomo/crowd.lua", count = 3, broker = "@broker.router",
      requests = REQUESTS, tasks = TASKS, timeout = 1000, retries = 1000,
    },
  },
  faults = {
    crash = { "broker", "worker" }, pause = true, slow = true, step = true, rate = true,
    cut = true, half_open = true, partition = true, one_way = true, delay = true,
  },
  check = promises.all {
    promises.count { of = "crowd", note = "reply", count = REQUESTS * TASKS },
    promises.genuine { of = "crowd" },
  },
}
