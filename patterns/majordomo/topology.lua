--- Three clients, a broker, three workers. All but the clients may die, anything may stand still
-- or lose its connections: in the end each client has the reply to each of its requests.
local promises = require "sloop.promise_checkers"

local REQUESTS <const> = 80

return {
  nodes = {
    broker = { "broker.lua", heartbeat = 500, retries = 1000 },
    worker = {
      "echo.lua", count = 3, heartbeat = 500, work = 50, broker = { connect = "@broker.router" },
    },
    client = {
      "client.lua", count = 3, service = "echo", broker = "@broker.router",
      requests = REQUESTS, timeout = 1000, retries = 100,
    },
  },
  faults = {
    crash = { "broker", "worker" }, pause = true, slow = true, step = true, rate = true,
    cut = true, half_open = true, partition = true, one_way = true, delay = true,
  },
  check = promises.all {
    promises.count { of = "client", note = "reply", count = REQUESTS },
    promises.genuine { of = "client", asked = "body" },
  },
}
