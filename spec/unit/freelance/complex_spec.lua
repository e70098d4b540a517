--- Specs: the complex strategy.
local complex = require "freelance/complex"
local helper = require "spec.helper"

describe("the complex strategy", function()
  local node, connections
  -- Connections are fakes, which record what they are asked.
  local function start(count, timeout)
    local servers = {}
    connections = {}
    for i = 1, count do
      servers[i] = "tcp://s:" .. i
      connections[i] = { living = true, asked = {}, doubts = 0 }
      connections[i].ask = function(self, ...) table.insert(self.asked, { ... }) end
      connections[i].forget = function(self, control) self.forgot = control end
      connections[i].doubt = function(self) self.doubts, self.living = self.doubts + 1, false end
    end
    node = helper.node(complex, { servers = servers, timeout = timeout },
      { connections = connections })
  end
  local function request(...) node:spawn("request", ...) end
  local function reply(...) complex.on.connections(node, ...) end

  it("has a connection to each server", function()
    local parts = complex.parts { servers = { "A", "B" }, heartbeat = 5, liveness = 6 }
    local copies = parts.connections
    assert.same({ 2, 5, 6 }, { copies.count, copies.heartbeat, copies.liveness })
    assert.equal("B", copies.server.connect(2))
  end)

  it("asks the first living server, and only that", function()
    start(3, 900)
    connections[1].living = false
    request("a", "")
    assert.same({}, connections[1].asked)
    assert.same({ { "1", "a", "" } }, connections[2].asked)
    assert.same({}, connections[3].asked)
    reply("1", "OK", "x")
    assert.same({ "OK", "x", n = 2 }, node.results)
  end)

  it("doubts it after a share of the time, and asks the next, with the same control", function()
    start(3, 900)
    request "a"
    node:advance(300)
    assert.equal(1, connections[1].doubts)
    assert.same({ { "1", "a" } }, connections[2].asked)
    node:advance(300)
    assert.same({ { "1", "a" } }, connections[3].asked)
  end)

  it("asks the next at once when the connection is closed", function()
    start(3, 900)
    request "a"
    reply "1" -- without frames: it is lost
    assert.same({ { "1", "a" } }, connections[2].asked)
    assert.same({ "1", 1 }, { connections[1].forgot, connections[1].doubts })
    reply("1", "OK")
    assert.same({ "OK", n = 1 }, node.results)
  end)

  it("takes a late reply of a server it doubts", function()
    start(2, 900)
    request "a"
    node:advance(300)
    reply("1", "OK", "late")
    assert.same({ "OK", "late", n = 2 }, node.results)
  end)

  it("takes no reply twice, and none for another request", function()
    start(1, 900)
    request "a"
    reply("1", "OK", "a's")
    node.results = nil
    request "b"
    reply("1", "OK", "a's again")
    reply("PONG", "OK")
    reply("0", "OK")
    assert.is_nil(node.results)
    reply("2", "OK", "b's")
    assert.same({ "OK", "b's", n = 2 }, node.results)
  end)

  it("does not ask one that beats but does not answer again, before the others", function()
    start(2, 900)
    request "a"
    node:advance(300)
    connections[1].living = true -- a PONG
    assert.equal(1, #connections[2].asked)
    node:advance(300)
    assert.same({ 1, 1 }, { #connections[1].asked, #connections[2].asked })
    node:advance(50) -- both were tried: begin anew
    assert.same({ 2, 1 }, { #connections[1].asked, #connections[2].asked })
  end)

  it("waits for one to live", function()
    start(2, 900)
    connections[1].living, connections[2].living = false, false
    request "a"
    node:advance(500)
    assert.same({}, connections[2].asked)
    connections[2].living = true
    node:advance(50)
    assert.same({ { "1", "a" } }, connections[2].asked)
  end)

  it("gives up when the time is over", function()
    start(2, 900)
    connections[2].living = false
    request "a"
    node:advance(899)
    assert.is_nil(node.results)
    node:advance(1)
    assert.same({ nil, "offline", n = 2 }, node.results)
  end)

  it("keeps several requests apart", function()
    start(1, 900)
    request "a"
    request "b"
    reply("2", "OK", "b's")
    assert.same({ "OK", "b's", n = 2 }, node.results)
    reply("1", "OK", "a's")
    assert.same({ "OK", "a's", n = 2 }, node.results)
  end)
end)
