--- More workers than the broker may remember.
local promises = require "sloop.promise_checkers"

local MOST <const>, REQUESTS <const> = 2, 60

return {
  nodes = {
    broker = { "load_balancer/broker", max_workers = MOST },
    worker = { "load_balancer/worker", count = 4, work = 20,
               broker = { connect = "@broker.workers" } },
    client = { "lazy_pirate/client", count = 3, server = "@broker.clients", requests = REQUESTS,
               timeout = 20000 },
  },
  faults = { delay = true, slow = true },
  check = promises.all {
    promises.bounded { note = "idle", field = "count", limit = MOST },
    promises.count { of = "client", note = "reply", count = REQUESTS },
  },
}
