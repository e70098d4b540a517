--- Two clients that ask once and wait without end, and a server that may be slow, far or suspended,
-- but lives: then each request has its answer. Their ZeroMQ heartbeats are patient, since a
-- connection that is closed loses the request in it.
local promises = require "sloop.promise_checkers"

local REQUESTS <const>, INTERVAL <const> = 40, 1000 -- for longer than the faults last
local PATIENCE <const> = 120000 -- ms: longer than any suspension

return {
  nodes = {
    server = { "server.lua", work = 1, clients = { heartbeat_timeout = PATIENCE } },
    client = {
      "client.lua", count = 2, requests = REQUESTS, interval = INTERVAL,
      server = { connect = "@server.clients", heartbeat_timeout = PATIENCE },
    },
  },
  quiet = 120000,
  faults = { delay = true, slow = true, pause = true, rate = true, step = true },
  check = promises.all {
    promises.answered { of = "client" },
    promises.genuine { of = "client" },
    promises.count { of = "client", note = "reply", count = REQUESTS },
    promises.calm { of = "client", settle = 1000, within = 100 },
  },
}
