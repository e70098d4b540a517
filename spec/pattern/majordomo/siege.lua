--- What peers that mean harm can do to a broker, and to the others: nothing. They flood it with
-- names, READY and requests, for services of their own, send nonsense, leave in the middle of
-- everything, and take requests for "echo" only to spoil them. Each honest request, asked once, has
-- its echo; all who break the protocol are sent away; and the broker remembers no more than it may.
local promises = require "sloop.promise_checkers"

local REQUESTS <const>, TASKS <const> = 20, 8

local GIVEN_UP <const> = { gave_up = true, expired = true }

local function no_request_is_lost(history) -- of those that are not for a service of the besiegers
  for _, event in ipairs(history) do
    if GIVEN_UP[event.kind] and (event.service or "echo") == "echo" then
      return ("%s: %s"):format(event.node, event.kind)
    end
  end
end

local function spoilers_are_sent_away(history)
  local provoked, count, now = {}, 0, history[#history].time -- node -> since when
  for _, event in ipairs(history) do
    if event.kind == "provoked" then
      if provoked[event.node] then return event.node .. " got away with it, and another request" end
      provoked[event.node], count = event.time, count + 1
    elseif event.kind == "sent_away" then
      provoked[event.node] = nil
    end
  end
  for node, time in pairs(provoked) do
    if now - time > 1000 then return node .. " got away with it" end
  end
  if count == 0 then return "nobody was provoked" end
end

local MAJORDOMO <const> = "MAJORDOMO" -- the folder of the roles: a spec says which,
local SPEC <const> = "SPEC"           -- and where it is itself

return {
  nodes = {
    broker = {
      SPEC .. "/fuzz/warden.lua", role = MAJORDOMO .. "/broker.lua", most = 20000,
      suspect = { heartbeat = 500, retries = 1000, max_services = 10, max_queue = 40 },
    },
    worker = { MAJORDOMO .. "/echo.lua", count = 3, heartbeat = 500, work = 20 },
    keeper = { MAJORDOMO .. "/echo.lua", heartbeat = 500, work = 20 }, -- its name stays known
    saboteur = { SPEC .. "/pattern/majordomo/saboteur.lua", count = 2 },
    crowd = {
      SPEC .. "/pattern/majordomo/crowd.lua", count = 2, broker = "tcp://localhost:5555",
      requests = REQUESTS, tasks = TASKS,
    },
    fuzzer = {
      SPEC .. "/fuzz/fuzzer.lua", count = 2, messages = 20000, lines = 20,
      sayings = {
        "|MDPC01|void|body", "|MDPC01|a name|a||b", "MDPC02|\1|void|body", "|MDPC01|mmi.services|",
        "|MDPW01|\1|void", "|MDPW01|\1|mmi.x", "|MDPW01|\3|@4||body", "|MDPW01|\4", "|MDPW01|\5",
        "MDPW02|\1|void", "MDPW02|\3|@3||part", "MDPW02|\4|@3||body", "MDPW02|\5", "MDPW02|\6",
      },
    },
  },
  faults = { crash = { "worker", "fuzzer" }, cut = { "fuzzer" }, delay = true },
  check = promises.all {
    promises.count { of = "crowd", note = "reply", count = REQUESTS * TASKS },
    promises.genuine { of = "crowd" },
    no_request_is_lost, spoilers_are_sent_away,
  },
}
