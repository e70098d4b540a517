--- Four lazy pirates, a queue and three workers. Everything but the clients may die, and anything
-- may stand still or lose its connections: in the end each client has the reply to each request.
local promises = require "sloop.promise_checkers"

local REQUESTS <const> = 100

return {
  nodes = {
    queue = { "queue.lua" },
    worker = { "worker.lua", count = 3, work = 20, queue = { connect = "@queue.workers" } },
    client = {
      "lazy_pirate/client", count = 4, server = "@queue.clients",
      requests = REQUESTS, interval = 200, timeout = 1000, retries = 100,
    },
  },
  faults = {
    crash = { "queue", "worker" }, pause = true, slow = true, step = true, rate = true,
    cut = true, half_open = true, partition = true, one_way = true, delay = true,
  },
  check = promises.all {
    promises.count { of = "client", note = "reply", count = REQUESTS },
    promises.genuine { of = "client" },
  },
}
