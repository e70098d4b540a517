--- A server of four protocols and three clients that use them all, with delays, cut connections and
-- suspended clients: each client completes its steps, and soon.
local EXPIRY <const>, CLIENTS <const> = 2000, 3

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
  if outcomes < CLIENTS then
    return ("%d of %d clients completed their steps"):format(outcomes, CLIENTS)
  end
end

return {
  nodes = {
    server = { "server.lua", expiry = EXPIRY, patience = 1000 },
    client = {
      "client.lua", count = CLIENTS, retries = 40, questions = "@server.questions",
      news = { connect = "@server.news" }, events = { connect = "@server.events" },
      session = { connect = "@server.sessions" },
    },
  },
  faults = { delay = true, slow = true, cut = true, pause = { "client" } },
  check = check,
}
