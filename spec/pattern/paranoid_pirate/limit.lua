--- More workers than the queue may know.
local promises = require "sloop.promise_checkers"

local MOST <const>, REQUESTS <const> = 2, 60

return {
  nodes = {
    queue = { "paranoid_pirate/queue", max_workers = MOST, heartbeat = 500 },
    worker = { "paranoid_pirate/worker", count = 4, work = 20, heartbeat = 500,
               queue = { connect = "@queue.workers" } },
    client = { "lazy_pirate/client", count = 2, server = "@queue.clients", requests = REQUESTS,
               timeout = 20000 },
  },
  faults = { delay = true, slow = true },
  check = promises.all {
    promises.bounded { of = "queue", note = "holds", field = "workers", limit = MOST },
    promises.count { of = "client", note = "reply", count = REQUESTS },
  },
}
