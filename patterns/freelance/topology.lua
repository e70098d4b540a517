--- Three clients, one of each model, each with three servers of its own. The first two of these may
-- die, fall mute or be cut off; the last lives, so every request must have its reply in time.
-- Delays are small: a server that takes longer than its share of the time counts as mute.
local promises = require "sloop.promise_checkers"

local REQUESTS <const>, TIMEOUT <const> = 140, 3000 -- for longer than the faults last
local INTERVAL <const> = 300
local SLOW <const> = INTERVAL + 20 -- ms the second server works: it answers while the next is asked
local STRATEGIES <const> = { "sequential", "shotgun", "complex" }

local function endpoint(model, number)
  return ("tcp://localhost:%d"):format(5550 + 10 * model + number)
end

local nodes, mortal = {}, {}
for model, strategy in ipairs(STRATEGIES) do
  local first, last = "server" .. model, "last" .. model
  nodes[first] = {
    "echo.lua", count = 2, model = model, endpoint = function(i) return endpoint(model, i) end,
    work = function(i) return SLOW * (i - 1) end,
  }
  nodes[last] = { "echo.lua", model = model, endpoint = endpoint(model, 3) }
  nodes[strategy] = {
    "client.lua", strategy = strategy, timeout = TIMEOUT, requests = REQUESTS, interval = INTERVAL,
    servers = { endpoint(model, 1), endpoint(model, 2), endpoint(model, 3) },
  }
  table.insert(mortal, first)
end

return {
  nodes = nodes, quiet = 120000,
  faults = {
    crash = mortal, pause = mortal, cut = mortal, half_open = mortal, partition = mortal,
    one_way = mortal, slow = mortal, delay = { 1, 30 }, step = true, rate = true,
  },
  check = promises.all {
    promises.answered { within = TIMEOUT },
    promises.count { of = "sequential", note = "reply", count = REQUESTS },
    promises.count { of = "shotgun", note = "reply", count = REQUESTS },
    promises.count { of = "complex", note = "reply", count = REQUESTS },
    promises.calm { settle = 12000, within = SLOW + 100 }, -- by then the dead are known to live
    promises.sockets { of = "sequential", most = 1 },
    promises.genuine {}, -- each echo is that of its request, and none comes twice
  },
}
