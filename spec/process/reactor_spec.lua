--- The reactor as real programs over tcp: its client's story, and frames from outside.
local helper = require "spec.helper"
local wire = require "spec.wire"

describe("the reactor over tcp", function()
  after_each(helper.cleanup)

  local SOCKETS <const> = { "questions", "news", "events", "sessions" }

  it("serves four protocols at once, as its client tells", function()
    local server, at = wire.start("reactor/server", SOCKETS, { "--expiry=1000", "--tick=100" })
    local client = helper.sloop { "run", "reactor/client", "--control=none",
      "--questions=" .. at.questions, "--news.connect=" .. at.news,
      "--events.connect=" .. at.events, "--session.connect=" .. at.sessions }
    client:line "session: welcome; it ends after 1000 ms of silence"
    client:line "events: 20 sent, 20 counted; %d+ news while it waited"
    client:line "session: kept after 1500 ms of beats"
    client:line "session: ended after 2000 ms of silence, and told so"
    wire.ends(client)
    wire.stop(server)
  end)

  it("answers a question when its event comes, and the others meanwhile", function()
    local server, at = wire.start("reactor/server", SOCKETS, { "--patience=15000" })
    wire.talk(at, [[
      local asker, events = connect(self, "req", AT.questions), connect(self, "push", AT.events)
      local session = connect(self, "dealer", AT.sessions)
      asker:send("AWAIT", "x", "2")
      events:send "x"
      session:send "HELLO"
      says("WELCOME|3000", session)
      session:send("ADD", "3")
      says("SUM|3", session)
      events:send "x"
      says("OK|2", asker)]])
    wire.stop(server)
  end)

  it("stands any frames from outside", function()
    local server, at = wire.start("reactor/server", SOCKETS,
      { "--max-names=2", "--max-sessions=2" })
    wire.talk(at, [[
      local asker, events = connect(self, "req", AT.questions), connect(self, "push", AT.events)
      local session = connect(self, "dealer", AT.sessions)
      local other = connect(self, "dealer", AT.sessions)
      for _, question in ipairs { { "" }, { "COUNT" }, { "AWAIT" }, { "AWAIT", "x" },
          { "AWAIT", "x", "y" }, { "LIST", "x" } } do
        asker:send(table.unpack(question))
        says("WHAT", asker)
      end
      for i = 1, 9 do events:send(tostring(i), "more") end
      session:send("")
      session:send("ADD", "1")
      says("WHO", session)
      session:send("HELLO")
      says("WELCOME|3000", session)
      for _, number in ipairs { "x", "1e400", "0.5", "" } do
        session:send("ADD", number)
        says("SUM|0", session)
      end
      other:send("HELLO")
      says("WELCOME|3000", other)
      local third = connect(self, "dealer", AT.sessions)
      third:send("HELLO")
      says("FULL", third)]])
    wire.stop(server)
  end)
end)
