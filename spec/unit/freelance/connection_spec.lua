--- Specs: a connection to a freelance server.
local connection = require "freelance/connection"
local helper = require "spec.helper"

describe("a connection to a freelance server", function()
  local node
  before_each(function()
    node = helper.node(connection, { heartbeat = 100, liveness = 3 })
    node:spawn(connection.init)
  end)
  local function hear(...) connection.on.server(node, "server", ...) end
  local function tick(count)
    for _ = 1, count or 1 do connection.on.beat(node) end
  end

  it("has a name of its own for the server, whatever that calls itself", function()
    assert.equal("server", connection.sockets.server.connect_routing_id)
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

  it("tells its owner of requests that are lost when the connection is closed", function()
    hear "PONG"
    for _, control in ipairs { "1", "2", "3" } do node:ask(control, "a") end
    hear("1", "OK")
    node:forget "1"
    node:forget "2"
    for i = #node.emitted, 1, -1 do node.emitted[i] = nil end
    connection.on.monitor(node, "disconnected")
    assert.same({ { "3" } }, node.emitted)
    assert.is_false(node.living)
  end)

  it("asks whether the server lives as soon as it is connected again", function()
    connection.on.monitor(node, "connected")
    assert.equal(1, #node.sent)
    connection.on.monitor(node, "handshake_succeeded")
    assert.same({ "server", "PING" }, node.sent[2])
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
