--- More requests at once than the titanic may hold: the others are told to come again.
local promises = require "sloop.promise_checkers"

local MOST <const>, REQUESTS <const> = 3, 20

return {
  nodes = {
    broker = { "majordomo/broker", heartbeat = 500 },
    titanic = { "titanic/titanic", broker = "@broker.router", heartbeat = 500, lanes = 8,
                max_requests = MOST, restart = true },
    worker = { "majordomo/echo", count = 2, heartbeat = 500, work = 900,
               broker = { connect = "@broker.router" } },
    client = { "titanic/client", count = 2, service = "echo", broker = "@broker.router",
               requests = REQUESTS, timeout = 2000, lanes = 8 },
  },
  quiet = 120000, faults = { delay = { 1, 50 } },
  check = promises.all {
    promises.bounded { of = "titanic", note = "holds", field = "requests", limit = MOST },
    promises.count { of = "client", note = "reply", count = REQUESTS },
  },
}
