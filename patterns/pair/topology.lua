--- A ping and a pong, with delays, suspensions and cut connections: each ball comes back or is
-- reported as lost, and then ping ends.
local promises = require "sloop.promise_checkers"

local TIMEOUT <const> = 2500

return {
  nodes = {
    pong = { "pong.lua" },
    ping = { "ping.lua", rounds = 50, timeout = TIMEOUT, peer = { connect = "@pong.peer" } },
  },
  faults = { delay = true, cut = true, half_open = true, slow = true, pause = { "pong" } },
  check = promises.all {
    promises.answered { of = "ping", within = TIMEOUT + 100 },
    promises.genuine { of = "ping" },
  },
}
