--- More clients than the server may have sessions, and each sends an event of a name of its own.
local promises = require "sloop.promise_checkers"

local MOST <const> = 2

return {
  nodes = {
    server = { "reactor/server", max_sessions = MOST, max_names = MOST, expiry = 2000,
               patience = 1000 },
    client = { "reactor/client", count = 4, retries = 40, questions = "@server.questions",
               news = { connect = "@server.news" }, events = { connect = "@server.events" },
               session = { connect = "@server.sessions" } },
  },
  faults = { delay = true, slow = true },
  check = promises.all {
    promises.bounded { of = "server", note = "holds", field = "sessions", limit = MOST },
    promises.bounded { of = "server", note = "holds", field = "names", limit = MOST },
  },
}
