--- Bugs that were planted, and the topologies in which a simulation has to find them.
--   sloop lua spec/planted/table.lua
local promises = require "sloop.promise_checkers"

local bugs = {}

bugs.pirate = {
  "a reply is not matched to its request",
  "a REQ is not replaced after a timeout",
  "does not ask again",
  "gives up without a word",
  "tries without end",
  "waits for a reply without end",
}

bugs.broker = {
  "a busy worker's beat is taken for READY",
  "a dead worker stays in the rotation",
  "a dead worker's request is lost",
  "a worker is listed twice",
  "an answered request is kept",
  "silence is judged before reading",
  "the last client gets every reply",
}

local CLIENTS <const> = 2
local TIMEOUT <const>, RETRIES <const> = 400, 4

-- A client that gives up has tried for all its time, and something was wrong meanwhile.
local function persistent(history)
  local asked, healed = {}, math.huge
  for _, event in ipairs(history) do
    if event.kind == "heal" then healed = event.time end
    if event.kind == "request" then asked[event.node] = event.time end
    if event.kind == "gave_up" then
      local since = asked[event.node]
      if event.time - since < TIMEOUT * RETRIES - 10 or since > healed + 1000 then
        return ("%s gave up %s after %.0f ms"):format(event.node, event.id, event.time - since)
      end
    end
  end
end

local topologies = {
  pirate = function(bug)
    return {
      nodes = {
        server = { "lazy_pirate/server", clients = { bind = "tcp://*:5555" } },
        client = {
          "spec/planted/pirate.lua", count = CLIENTS, server = "@server.clients", bug = bug,
          timeout = TIMEOUT, retries = RETRIES,
        },
      },
      duration = 10000, quiet = 5000,
      faults = { crash = { "server" }, cut = true, delay = { 1, 50 }, pause = { "server" } },
      check = promises.all {
        promises.answered { of = "client", within = TIMEOUT * RETRIES + 100 },
        promises.genuine { of = "client" },
        persistent,
      },
    }
  end,
  broker = function(bug)
    return {
      nodes = {
        broker = { "spec/planted/broker.lua", bug = bug },
        worker = {
          "spec/planted/worker.lua", count = 3, broker = { connect = "@broker.services" },
        },
        client = {
          "spec/planted/client.lua", count = CLIENTS, broker = { connect = "@broker.clients" },
        },
      },
      duration = 10000, quiet = 15000,
      faults = {
        crash = { "worker" }, cut = { "worker" }, pause = { "broker", "worker" },
        partition = { "worker" }, delay = { 1, 50 },
      },
      check = promises.all {
        promises.answered { of = "client", within = 14000 },
        promises.genuine { of = "client" },
        promises.genuine {
          of = "broker", request = "assigned", reply = "done", report = "taken_back",
        },
        promises.bounded { of = "broker", limit = CLIENTS },
        promises.no_false_expiry { of = "broker", window = 1500 },
      },
    }
  end,
}

--- The topology of this kind, with this bug; "" is none.
function bugs.topology(kind, bug) return topologies[kind](bug) end

return bugs
