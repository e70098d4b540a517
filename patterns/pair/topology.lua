--- A ping and a pong that are far from each other, hang and are cut off: each ball comes back or is
-- told to be lost, and then ping ends.
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
