--- Two quick workers and one that is busy for longer than many heartbeats: it gets no second
-- request meanwhile, which would have to wait for it.
local promises = require "sloop.promise_checkers"

local LONG <const>, REQUESTS <const> = 3000, 40

return {
  nodes = {
    queue = { "paranoid_pirate/queue", heartbeat = 500 },
    worker = { "paranoid_pirate/worker", count = 3, heartbeat = 500,
               work = function(i) return i == 2 and LONG or 200 end,
               queue = { connect = "@queue.workers" } },
    client = { "lazy_pirate/client", count = 2, server = "@queue.clients", requests = REQUESTS,
               timeout = 20000 },
  },
  quiet = 300000, faults = { delay = { 1, 50 } },
  check = promises.all {
    promises.answered { of = "client", within = LONG + 600 },
    promises.count { of = "client", note = "reply", count = REQUESTS },
  },
}
