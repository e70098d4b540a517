--- Three clients, a shared queue and two workers. All may be slow, far and suspended; none dies, so
-- each request has its reply. ZeroMQ's heartbeats are patient, since a connection that is closed
-- loses the requests in it.
local promises = require "sloop.promise_checkers"

local REQUESTS <const>, INTERVAL <const> = 40, 1000 -- for longer than the faults last
local PATIENCE <const> = 120000 -- ms: longer than any suspension

return {
  nodes = {
    broker = {
      "broker.lua", clients = { heartbeat_timeout = PATIENCE },
      services = { heartbeat_timeout = PATIENCE },
    },
    worker = {
      "worker.lua", count = 2, work = 5,
      services = { connect = "@broker.services", heartbeat_timeout = PATIENCE },
    },
    client = {
      "client.lua", count = 3, requests = REQUESTS, interval = INTERVAL,
      broker = { connect = "@broker.clients", heartbeat_timeout = PATIENCE },
    },
  },
  quiet = 120000,
  faults = { delay = true, slow = true, pause = true },
  check = promises.all {
    promises.answered { of = "client" },
    promises.genuine { of = "client" },
    promises.count { of = "client", note = "reply", count = REQUESTS },
    promises.caused { of = "worker", causes = { "request" } },
    promises.calm { of = "client", settle = 1000, within = 100 },
  },
}
