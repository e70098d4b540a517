--- A server of four protocols and three clients that use them all, with delays, cut connections,
-- suspended clients and clocks that step: each client completes its steps each time, no session
-- ends too soon, and in the end there is no more than one for each client.
local promises = require "sloop.promise_checkers"

local EXPIRY <const>, CLIENTS <const>, ROUNDS <const> = 2000, 3, 5 -- for longer than the faults

local function check(history)
  local outcomes = 0
  for _, event in ipairs(history) do
    if event.kind == "expired" and event.silent < EXPIRY then
      return ("a session ended after %d ms"):format(event.silent)
    end
    if event.kind == "outcome" then
      outcomes = outcomes + 1
      if event.counted > event.sent then return "an event was counted twice" end
    end
  end
  if outcomes < CLIENTS * ROUNDS then
    return ("%d times of %d the steps were completed"):format(outcomes, CLIENTS * ROUNDS)
  end
end

-- Addresses that are gone for longer than a session lasts are forgotten.
local function in_the_end(history)
  local healed
  for _, event in ipairs(history) do
    if event.kind == "heal" then healed = event.time end
    local is_calm = healed and event.time > healed + 3 * EXPIRY
    if is_calm and event.kind == "holds" and event.sessions > CLIENTS then
      return ("%d sessions of %d clients"):format(event.sessions, CLIENTS)
    end
  end
end

return {
  nodes = {
    server = { "server.lua", expiry = EXPIRY, patience = 1000 },
    client = {
      "client.lua", count = CLIENTS, rounds = ROUNDS, retries = 40, questions = "@server.questions",
      news = { connect = "@server.news" }, events = { connect = "@server.events" },
      session = { connect = "@server.sessions" },
    },
  },
  quiet = 120000,
  faults = {
    delay = true, slow = true, cut = true, pause = { "client" }, step = true, rate = { -500, 500 },
  },
  check = promises.all {
    check,
    in_the_end,
  },
}
