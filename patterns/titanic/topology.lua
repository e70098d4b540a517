--- Two clients, a titanic, a broker, three workers. All of them may die, the clients too, and
-- disks may fail or be slow: what was stored is executed, and each call has its reply in the end.
local checker = require "titanic/checker"
local promises = require "sloop.promise_checkers"

local REQUESTS <const> = 25

return {
  nodes = {
    broker = { "majordomo/broker", heartbeat = 500, retries = 1000 },
    titanic = {
      "titanic.lua", broker = "@broker.router", heartbeat = 500, lanes = 4, in_flight = 4,
      timeout = 2000, max_tries = 1000, pause = 200, max_pause = 1000, restart = true,
    },
    worker = {
      "majordomo/echo", count = 3, heartbeat = 500, work = 50,
      broker = { connect = "@broker.router" },
    },
    client = {
      "client.lua", count = 2, service = "echo", broker = "@broker.router", requests = REQUESTS,
      timeout = 1000, restart = true,
    },
  },
  faults = {
    crash = true, pause = true, slow = true, step = true, rate = true, cut = true,
    half_open = true, partition = true, one_way = true, delay = true, disk_error = true,
    disk_slow = true,
  },
  check = promises.all { checker.replies(2, REQUESTS), checker.order, checker.states,
    checker.back_off,
    promises.sockets { of = "titanic", most = 26 } },
}
