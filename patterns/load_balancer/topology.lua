--- Ten clients, a broker and three workers. They may be slow, late or stand still; none may die,
-- since nobody asks twice here.
local promises = require "sloop.promise_checkers"

local REQUESTS <const> = 20

return {
  nodes = {
    broker = { "broker.lua" },
    worker = { "worker.lua", count = 3, work = 5, broker = { connect = "@broker.workers" } },
    client = {
      "client.lua", count = 10, requests = REQUESTS, broker = { connect = "@broker.clients" },
    },
  },
  faults = { pause = true, slow = true, step = true, rate = true, delay = true },
  check = promises.count { of = "client", note = "reply", count = REQUESTS },
}
