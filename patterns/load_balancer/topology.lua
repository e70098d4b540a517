--- Ten clients, a broker and three workers. All may be slow, far and suspended; none dies, so each
-- request has its reply, soon when no fault is left. ZeroMQ's heartbeats are patient, since a
-- connection that is closed loses the request in it.
local promises = require "sloop.promise_checkers"

local REQUESTS <const>, INTERVAL <const>, WORK <const> = 30, 1500, 5 -- for longer than the faults
local PATIENCE <const> = 120000 -- ms: longer than any suspension

return {
  nodes = {
    broker = {
      "broker.lua", clients = { heartbeat_timeout = PATIENCE },
      workers = { heartbeat_timeout = PATIENCE },
    },
    worker = {
      "worker.lua", count = 3, work = WORK,
      broker = { connect = "@broker.workers", heartbeat_timeout = PATIENCE },
    },
    client = {
      "client.lua", count = 7, requests = REQUESTS, interval = INTERVAL,
      broker = { connect = "@broker.clients", heartbeat_timeout = PATIENCE },
    },
    asker = { -- of something else each time
      "lazy_pirate/client", count = 3, requests = REQUESTS, interval = INTERVAL,
      server = "@broker.clients", timeout = PATIENCE, retries = 1,
    },
  },
  quiet = 120000,
  faults = { pause = true, slow = true, step = true, rate = true, delay = true },
  check = promises.all {
    promises.answered {},
    promises.genuine {},
    promises.count { of = "client", note = "reply", count = REQUESTS },
    promises.calm { settle = 1000, within = 10 * WORK },
    promises.in_hand { of = "worker" },
    promises.caused { of = "worker", causes = { "request" } },
  },
}
