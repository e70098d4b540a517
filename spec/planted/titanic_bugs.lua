--- Bugs that were planted into a titanic, and the topologies in which a simulation has to find
-- them.
local checker = require "titanic/checker"
local promises = require "sloop.promise_checkers"

local titanic_bugs = {
  -- what is found when anything may die
  deadly = {
    "acknowledges before the sync",
    "deletes a request before its reply is stored",
    "forgets what waits after a restart",
    "orders by uuid after a restart",
    "puts the reply and deletes the request in two commits",
  },
  -- what is found when the titanic dies between tries
  retried = { "does not store tries" },
  -- what is found without any fault
  always = {
    "lets one service stop the others",
    "takes a uuid unchecked",
    "tries without end",
  },
}

local REQUESTS <const> = 25

local function nodes(bug, options)
  local titanic = {
    "spec/planted/titanic.lua", broker = "@broker.router", heartbeat = 500, lanes = 4,
    in_flight = 4, timeout = 2000, max_tries = 1000, pause = 200, max_pause = 1000,
    restart = true, bug = bug,
  }
  for name, value in pairs(options or {}) do titanic[name] = value end
  return {
    broker = { "majordomo/broker", heartbeat = 500, retries = 1000 },
    titanic = titanic,
    worker = { "majordomo/echo", count = 2, heartbeat = 500, work = 50,
               broker = { connect = "@broker.router" } },
    client = { "titanic/client", count = 2, service = "echo", broker = "@broker.router",
               requests = REQUESTS, timeout = 1000, restart = true },
  }
end

--- Clients, workers, broker and titanic, which all may die.
function titanic_bugs.deadly_topology(bug)
  return {
    nodes = nodes(bug),
    faults = { crash = { always = true, every = { 500, 4000 }, duration = { 10, 1000 } },
               pause = true, cut = true, disk_error = true, disk_slow = true },
    check = promises.all {
      checker.replies(2, REQUESTS), checker.order, checker.states,
    },
  }
end

-- Echoes go on as if there were no poison, which becomes a dead letter; nonsense is answered.
local function check(history)
  local asked, dead = {}, false
  for _, event in ipairs(history) do
    if event.kind == "request" and event.node ~= "poisoner" then asked[event.id] = event.time end
    if event.kind == "reply" and event.time - asked[event.id] > 2000 then
      return ("%s took %.0f ms"):format(event.id, event.time - asked[event.id])
    end
    if event.kind == "wrong" then return event.what end
    if event.kind == "gave_up" then dead = event.reason end
  end
  if dead ~= "no reply in 3 tries" then return "no dead letter: " .. tostring(dead) end
end

--- A service that never answers beside one that does, and a client that talks nonsense.
function titanic_bugs.poison_topology(bug)
  local made = nodes(bug, { max_tries = 3, timeout = 1000, pause = 3000, max_pause = 6000 })
  made.poison = { "spec/planted/poison.lua", heartbeat = 500,
                  broker = { connect = "@broker.router" } }
  made.poisoner = { "titanic/client", service = "poison", broker = "@broker.router",
                    requests = 1, timeout = 1000 }
  made.rogue = { "spec/planted/titanic_rogue.lua", broker = "@broker.router" }
  return { nodes = made, faults = {}, check = check }
end

--- A service that never answers, and a titanic that dies all the time.
function titanic_bugs.retried_topology(bug)
  local made = nodes(bug, { timeout = 500, max_pause = 200 })
  made.poison = { "spec/planted/poison.lua", heartbeat = 500,
                  broker = { connect = "@broker.router" } }
  made.poisoner = { "titanic/client", service = "poison", broker = "@broker.router",
                    requests = 1, timeout = 1000 }
  made.client, made.worker = nil, nil
  return {
    nodes = made, check = checker.states,
    faults = { crash = { always = true, nodes = { "titanic" }, every = { 2000, 4000 },
                         duration = { 10, 100 } } },
  }
end

return titanic_bugs
