--- Three clients and a server that dies, hangs and is cut off. A call ends in time: with the reply
-- to that very request, or with a report after all tries, which ends the client. It has one socket
-- at a time, and when the faults are over it is answered at once.
local promises = require "sloop.promise_checkers"

local TIMEOUT <const>, RETRIES <const> = 1000, 5
local BOUND <const> = TIMEOUT * RETRIES + 100

return {
  nodes = {
    server = { "server.lua" },
    client = {
      "client.lua", count = 3, requests = 200, timeout = TIMEOUT, retries = RETRIES,
      server = "@server.clients",
    },
  },
  faults = {
    crash = { "server" }, pause = { "server" }, slow = { "server" }, cut = true, half_open = true,
    partition = true, one_way = true, delay = true,
  },
  check = promises.all {
    promises.answered { of = "client", within = BOUND },
    promises.persistent { of = "client", within = TIMEOUT * RETRIES - 10 },
    promises.genuine { of = "client" },
    promises.calm { of = "client", settle = TIMEOUT, within = 100 },
    promises.sockets { of = "client", most = 1 },
  },
}
