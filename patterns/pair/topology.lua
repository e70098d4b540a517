--- A ping and a pong, with delays, suspensions and cut connections: each ball comes back or is
-- reported as lost in its time, and then ping ends at once.
local promises = require "sloop.promise_checkers"

local TIMEOUT <const> = 2500

local function ends_at_once(history)
  local lost
  for _, event in ipairs(history) do
    if event.kind == "gave_up" then lost = event.time end
    if event.kind == "stop" and event.node == "ping" then
      if event.status ~= (lost and 1 or 0) then return "ping ended with " .. event.status end
      if lost and event.time - lost > 10 then return "ping ended late" end
      lost = nil
    end
  end
  return lost and "ping goes on without its ball" or nil
end

return {
  nodes = {
    pong = { "pong.lua" },
    ping = { "ping.lua", rounds = 200, timeout = TIMEOUT, peer = { connect = "@pong.peer" } },
  },
  faults = { delay = true, cut = true, half_open = true, slow = true, pause = { "pong" },
             step = true },
  check = promises.all {
    promises.answered { of = "ping", within = TIMEOUT + 100 },
    promises.persistent { of = "ping", within = TIMEOUT - 10 },
    promises.genuine { of = "ping" },
    promises.calm { of = "ping", settle = 1000, within = 50 },
    ends_at_once,
  },
}
