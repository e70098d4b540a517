--- Two clients that wait for ever, and a server that is slow, far and at times stands still, but
-- does not die: then each round has its answer. What else may happen is the lazy pirate's matter.
local promises = require "sloop.promise_checkers"

local REQUESTS <const> = 20

return {
  nodes = {
    server = { "server.lua", work = 1 },
    client = {
      "client.lua", count = 2, requests = REQUESTS, server = { connect = "@server.clients" },
    },
  },
  faults = { delay = true, slow = true, pause = true, rate = true, step = true },
  check = promises.all {
    promises.answered { of = "client" },
    promises.genuine { of = "client" },
    promises.count { of = "client", note = "reply", count = REQUESTS },
  },
}
