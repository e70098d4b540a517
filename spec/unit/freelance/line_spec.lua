--- Specs: a line to a freelance server.
local helper = require "spec.helper"
local line = require "freelance/line"

describe("a line to a freelance server", function()
  local node
  before_each(function()
    node = helper.node(line, { ping = 100, liveness = 3 })
    node:spawn(line.init)
  end)
  local function hear(...) line.on.server(node, "server", ...) end
  local function tick(count)
    for _ = 1, count or 1 do line.on.ping(node) end
  end

  it("has a name of its own for the server, whatever that calls itself", function()
    assert.equal("server", line.sockets.server.connect_routing_id)
  end)

  it("asks at once whether the server lives, and again and again", function()
    tick()
    assert.same({ { "server", "PING" }, { "server", "PING" } }, node.sent)
    assert.is_false(node.living)
  end)

  it("knows that it lives when it says anything", function()
    hear "PONG"
    assert.is_true(node.living)
    node:doubt()
    assert.is_false(node.living)
    hear("1", "OK")
    assert.is_true(node.living)
    node:doubt()
    hear "nonsense"
    assert.is_false(node.living)
    assert.same({ ["unknown command"] = 1 }, node.rejects)
  end)

  it("tells its owner replies, but neither PONG nor nonsense", function()
    hear "PONG"
    hear ""
    hear("1", "OK", "")
    assert.same({ { "1", "OK", "" } }, node.emitted)
  end)

  it("sends requests", function()
    assert.is_true(node:ask("7", "a", ""))
    assert.same({ "server", "7", "a", "" }, node.sent[2])
  end)

  it("asks at once when it is in doubt", function()
    hear "PONG"
    node:doubt()
    assert.same({ "server", "PING" }, node.sent[2])
  end)

  it("takes it for dead after so many PINGs, and makes a new connection each time", function()
    hear "PONG"
    tick(3)
    assert.is_true(node.living)
    tick()
    assert.is_false(node.living)
    assert.equal(1, node.server.reopened)
    tick()
    assert.equal(2, node.server.reopened)
    assert.equal("PING", node.sent[#node.sent][2])
    hear "PONG"
    tick()
    assert.equal(2, node.server.reopened)
    assert.is_true(node.living)
  end)

  it("blames nobody when it has stood still: the time that passed is no silence", function()
    hear "PONG"
    node:advance(3600000)
    tick()
    assert.is_true(node.living)
  end)
end)
