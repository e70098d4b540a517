--- Specs: the complex strategy.
local complex = require "freelance/complex"
local helper = require "spec.helper"

describe("the complex strategy", function()
  local node, lines
  -- Lines are fakes, which record what they are asked.
  local function start(count, timeout)
    local servers = {}
    lines = {}
    for i = 1, count do
      servers[i] = "tcp://s:" .. i
      lines[i] = { living = true, asked = {}, doubts = 0 }
      lines[i].ask = function(self, ...) table.insert(self.asked, { ... }) end
      lines[i].doubt = function(self) self.doubts, self.living = self.doubts + 1, false end
    end
    node = helper.node(complex, { servers = servers, timeout = timeout }, { lines = lines })
  end
  local function request(...) node:spawn("request", ...) end
  local function reply(...) complex.on.lines(node, ...) end

  it("has a line to each server", function()
    local parts = complex.parts { servers = { "A", "B" }, ping = 5, liveness = 6 }
    assert.same({ 2, 5, 6 }, { parts.lines.count, parts.lines.ping, parts.lines.liveness })
    assert.equal("B", parts.lines.server.connect(2))
  end)

  it("asks the first living server, and only that", function()
    start(3, 900)
    lines[1].living = false
    request("a", "")
    assert.same({}, lines[1].asked)
    assert.same({ { "1", "a", "" } }, lines[2].asked)
    assert.same({}, lines[3].asked)
    reply("1", "OK", "x")
    assert.same({ "OK", "x", n = 2 }, node.results)
  end)

  it("doubts it after a share of the time, and asks the next, with the same control", function()
    start(3, 900)
    request "a"
    node:advance(300)
    assert.equal(1, lines[1].doubts)
    assert.same({ { "1", "a" } }, lines[2].asked)
    node:advance(300)
    assert.same({ { "1", "a" } }, lines[3].asked)
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
    lines[1].living = true -- a PONG
    assert.equal(1, #lines[2].asked)
    node:advance(300)
    assert.same({ 1, 1 }, { #lines[1].asked, #lines[2].asked })
    node:advance(50) -- both were tried: begin anew
    assert.same({ 2, 1 }, { #lines[1].asked, #lines[2].asked })
  end)

  it("waits for one to live", function()
    start(2, 900)
    lines[1].living, lines[2].living = false, false
    request "a"
    node:advance(500)
    assert.same({}, lines[2].asked)
    lines[2].living = true
    node:advance(50)
    assert.same({ { "1", "a" } }, lines[2].asked)
  end)

  it("gives up when the time is over", function()
    start(2, 900)
    lines[2].living = false
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
