--- Three clients, one of each model, each with three servers of its own. The first two of these may
-- die, fall mute or be cut off; the last lives, so every request must have its reply in time.
-- Delays are small: a server that takes longer than its share of the time counts as mute.
local REQUESTS <const>, TIMEOUT <const> = 40, 3000
local STRATEGIES <const> = { "sequential", "shotgun", "complex" }

local function endpoint(model, number)
  return ("tcp://localhost:%d"):format(5550 + 10 * model + number)
end

local nodes, mortal = {}, {}
for model, strategy in ipairs(STRATEGIES) do
  local first, last = "server" .. model, "last" .. model
  nodes[first] = {
    "server.lua", count = 2, model = model, endpoint = function(i) return endpoint(model, i) end,
  }
  nodes[last] = { "server.lua", model = model, endpoint = endpoint(model, 3) }
  nodes[strategy] = {
    "client.lua", strategy = strategy, timeout = TIMEOUT, requests = REQUESTS, interval = 300,
    servers = { endpoint(model, 1), endpoint(model, 2), endpoint(model, 3) },
  }
  table.insert(mortal, first)
end

return {
  nodes = nodes,
  faults = {
    crash = mortal, pause = mortal, cut = mortal, half_open = mortal, partition = mortal,
    one_way = mortal, slow = mortal, delay = { 1, 30 }, step = true, rate = true,
  },
  check = function(history)
    local replies = {}
    for _, event in ipairs(history) do
      if event.kind == "asked" then
        if not event.reply then return ("%s gave up at %.0f ms"):format(event.node, event.time) end
        if event.ms > TIMEOUT then return ("%s waited %d ms"):format(event.node, event.ms) end
        replies[event.node] = event.sequence
        local wanted = event.node == "sequential" and tostring(event.sequence) or "OK"
        if event.reply ~= wanted then return event.node .. " has another's reply" end
      end
    end
    for _, strategy in ipairs(STRATEGIES) do
      if replies[strategy] ~= REQUESTS then return strategy .. " did not come to its end" end
    end
  end,
}
