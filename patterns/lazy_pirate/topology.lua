--- Three clients and a server that dies, hangs and is cut off. A call ends in time: with the reply
-- to that very request, or with a report, after which the client ends.
local promises = require "sloop.promise_checkers"

local TIMEOUT <const>, RETRIES <const> = 1000, 5
local BOUND <const> = TIMEOUT * RETRIES + 100

return {
  nodes = {
    server = { "server.lua" },
    client = {
      "client.lua", count = 3, requests = 100, timeout = TIMEOUT, retries = RETRIES,
      server = "@server.clients",
    },
  },
  faults = {
    crash = { "server" }, pause = { "server" }, slow = { "server" }, cut = true, half_open = true,
    partition = true, one_way = true, delay = true,
  },
  check = promises.all {
    promises.answered { of = "client", within = BOUND },
    promises.genuine { of = "client" },
  },
}
