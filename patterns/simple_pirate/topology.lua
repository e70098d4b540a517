--- Three lazy pirates, a queue and three workers. Workers may die and come back, and clients lose
-- their connections: in the end each client has the reply to each request. The queue may not die,
-- nor workers lose their connection to it: this pattern has no remedy for that.
local promises = require "sloop.promise_checkers"

local REQUESTS <const> = 100

return {
  nodes = {
    queue = { "queue.lua" },
    worker = { "worker.lua", count = 3, work = 20, broker = { connect = "@queue.workers" } },
    client = {
      "lazy_pirate/client", count = 3, server = "@queue.clients",
      requests = REQUESTS, interval = 200, timeout = 1000, retries = 100,
    },
  },
  faults = {
    crash = { "worker" }, pause = true, slow = true, step = true, rate = true, delay = true,
    cut = { "client" }, half_open = { "client" }, partition = { "client" },
  },
  check = promises.all {
    promises.count { of = "client", note = "reply", count = REQUESTS },
    promises.genuine { of = "client" },
  },
}
