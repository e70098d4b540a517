--- Three clients, a broker, three workers. All but the clients may die, anything may stand still
-- or lose its connections: each client has the reply to each of its requests, soon when the faults
-- are over, and the broker holds what it should.
local promises = require "sloop.promise_checkers"

local REQUESTS <const>, INTERVAL <const> = 70, 500 -- for longer than the faults last
local HEARTBEAT <const>, LIVENESS <const>, WORK <const> = 500, 3, 50
local WORKERS <const>, BYTES <const> = 3, 4000 -- a request has some 470
local DEAD_AFTER <const> = HEARTBEAT * (LIVENESS + 2)

return {
  nodes = {
    broker = { "broker.lua", heartbeat = HEARTBEAT, retries = 1000, max_bytes = BYTES },
    worker = {
      "echo.lua", count = WORKERS, heartbeat = HEARTBEAT, work = WORK,
      broker = { connect = "@broker.router" },
    },
    client = {
      "client.lua", count = 3, service = "echo", broker = "@broker.router",
      requests = REQUESTS, interval = INTERVAL, timeout = 1000, retries = 100,
    },
  },
  quiet = 60000,
  faults = {
    crash = { "broker", "worker" }, pause = true, slow = true, step = true, rate = true,
    cut = true, half_open = true, partition = true, one_way = true, delay = true,
  },
  check = promises.all {
    promises.count { of = "client", note = "reply", count = REQUESTS },
    promises.genuine { of = "client", asked = "body" },
    promises.calm { of = "client", settle = DEAD_AFTER, within = 2 * WORK + 100 },
    promises.expiry { of = "broker", liveness = LIVENESS, window = 2 * DEAD_AFTER },
    promises.expiry {
      of = "worker", note = "lost", liveness = LIVENESS, window = 2 * DEAD_AFTER,
    },
    promises.deserted {
      of = "worker", heard = "begin", peer = "broker", within = DEAD_AFTER + 200,
    },
    promises.caused { of = "worker", causes = { "asked", "requeued" } },
    promises.sockets { of = "client", most = 2 }, -- one that is tried, and one that is kept
    promises.noticed { of = "worker", count = WORKERS, within = DEAD_AFTER + 200 },
    promises.holds {
      of = "broker", settle = DEAD_AFTER, most = { bytes = BYTES },
      values = { workers = WORKERS, services = 1 },
    },
  },
}
