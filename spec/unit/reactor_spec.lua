--- The reactor's server with a fake node.
local helper = require "spec.helper"
local server = require "reactor/server"

describe("the reactor", function()
  local node
  local function start(options) node = helper.node(server, options) end
  local function ask(...)
    node.results = nil
    node:spawn(server.on.questions, ...)
    if node.results then return table.unpack(node.results, 1, node.results.n) end
  end
  local function session(address, ...)
    node.sessions.sent = {}
    server.on.sessions(node, address, ...)
    return node.sessions.sent[1]
  end

  it("counts events by name, and tells", function()
    start()
    for _, name in ipairs { "a", "b", "a" } do server.on.events(node, name) end
    assert.same({ "OK", "2" }, { ask("COUNT", "a") })
    assert.same({ "OK", "0" }, { ask("COUNT", "c") })
    assert.equal("WHAT", ask("COUNT"))
    assert.equal("WHAT", ask("GIVE", "a"))
    assert.same({ ["malformed question"] = 2 }, node.rejects)
  end)

  it("takes so many events a tick, and then its guard holds", function()
    start { burst = 2 }
    local guard = node.events.declaration.when
    server.on.events(node, "a")
    assert.is_true(guard(node))
    server.on.events(node, "a")
    assert.is_false(guard(node))
    server.on.tick(node)
    assert.is_true(guard(node))
    assert.same({ { "NEWS", "1", "1", "0" } }, node.news.sent)
  end)

  it("answers a question when its event comes, or its patience ends", function()
    start { patience = 100 }
    assert.is_nil(ask("AWAIT", "a", "1"))
    server.on.events(node, "b")
    assert.is_nil(node.results)
    server.on.events(node, "a")
    assert.same({ "OK", "1", n = 2 }, node.results)
    assert.is_nil(ask("AWAIT", "a", "1e400"))
    node:advance(100)
    assert.same({ "OK", "1", n = 2 }, node.results)
    assert.equal("WHAT", ask("AWAIT", "a", "x"))
    assert.equal("WHAT", ask("AWAIT", "a"))
  end)

  it("has sessions, which end when they are silent and not before", function()
    start { expiry = 1000 }
    assert.same({ "x", "WHO" }, session("x", "ADD", "1"))
    assert.same({ "x", "WELCOME", "1000" }, session("x", "HELLO"))
    assert.same({ "x", "SUM", "2" }, session("x", "ADD", "2"))
    node:advance(999)
    server.on.sweep(node)
    assert.is_nil(session("x", "BEAT"))
    node:advance(999)
    server.on.sweep(node)
    assert.same({ "x", "WELCOME", "1000" }, session("x", "HELLO"))
    assert.same({ "x", "SUM", "5" }, session("x", "ADD", "3"))
    node:advance(1000)
    node.sessions.sent = {}
    server.on.sweep(node)
    assert.same({ { "x", "EXPIRED", "5" } }, node.sessions.sent)
    assert.same({ "x", "WHO" }, session("x", "BEAT"))
    assert.equal(0, node.present)
  end)

  it("keeps no more names and sessions than it has room for", function()
    start { max_names = 1, max_sessions = 1 }
    server.on.events(node, "a")
    server.on.events(node, "b")
    assert.is_nil(node.counts.b)
    session("x", "HELLO")
    assert.same({ "y", "FULL" }, session("y", "HELLO"))
    assert.same({ "x", "WELCOME", "3000" }, session("x", "HELLO"))
  end)

  it("stands any frames", function()
    start()
    session("x", "HELLO")
    for _, message in ipairs { {}, { "" }, { "EXPIRED" } } do
      assert.is_nil(session("x", table.unpack(message)))
    end
    for _, text in ipairs { "", "x", "1e400", "0.5" } do
      assert.same({ "x", "SUM", "0" }, session("x", "ADD", text))
    end
    assert.same({ "x", "SUM", "0" }, session("x", "ADD"))
    assert.same({ ["unknown word in a session"] = 3 }, node.rejects)
  end)
end)
