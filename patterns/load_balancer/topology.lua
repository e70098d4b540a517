--- Ten clients, a broker and three workers. All may be slow, far and suspended; none dies, so each
-- request has its reply. ZeroMQ's heartbeats are patient, since a connection that is closed loses
-- the request in it.
local promises = require "sloop.promise_checkers"

local REQUESTS <const> = 20
local PATIENCE <const> = 120000 -- ms: longer than any suspension

return {
  nodes = {
    broker = {
      "broker.lua", clients = { heartbeat_timeout = PATIENCE },
      workers = { heartbeat_timeout = PATIENCE },
    },
    worker = {
      "worker.lua", count = 3, work = 5,
      broker = { connect = "@broker.workers", heartbeat_timeout = PATIENCE },
    },
    client = {
      "client.lua", count = 10, requests = REQUESTS,
      broker = { connect = "@broker.clients", heartbeat_timeout = PATIENCE },
    },
  },
  faults = { pause = true, slow = true, step = true, rate = true, delay = true },
  check = promises.all {
    promises.answered { of = "client" },
    promises.genuine { of = "client" },
    promises.count { of = "client", note = "reply", count = REQUESTS },
  },
}
