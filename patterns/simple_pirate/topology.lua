--- Three lazy pirates, a queue and three workers. Workers may die and come back, and clients lose
-- their connections: in the end each client has the reply to each request, soon when the faults are
-- over and the connections of silent workers are closed. The queue may not die, nor workers lose
-- their connection to it: this pattern has no remedy for that.
local promises = require "sloop.promise_checkers"

local REQUESTS <const>, INTERVAL <const>, WORK <const> = 110, 500, 100 -- for longer than the faults
local SILENT <const> = 22000 -- ms until ZeroMQ closes a silent connection

return {
  nodes = {
    queue = { "queue.lua" },
    worker = { "worker.lua", count = 3, work = WORK, broker = { connect = "@queue.workers" } },
    client = {
      "lazy_pirate/client", count = 3, server = "@queue.clients",
      requests = REQUESTS, interval = INTERVAL, timeout = 1000, retries = 100,
    },
  },
  quiet = 120000,
  faults = {
    crash = { "worker" }, pause = true, slow = true, step = true, rate = true, delay = true,
    cut = { "client" }, half_open = { "client" }, partition = { "client" },
  },
  check = promises.all {
    promises.count { of = "client", note = "reply", count = REQUESTS },
    promises.genuine { of = "client" },
    promises.calm { of = "client", settle = SILENT, within = WORK + 15 }, -- a worker for each
    promises.prompt { -- a worker whose connection is closed costs nothing
      of = "client", servers = "worker", within = 3 * WORK + 50, window = 100, silent = SILENT,
    },
    promises.caused { of = "worker", causes = { "asked" } },
    promises.sockets { of = "client", most = 1 },
  },
}
