--- Specs: the shotgun strategy.
local helper = require "spec.helper"
local shotgun = require "freelance/shotgun"

describe("the shotgun strategy", function()
  local node, servers
  -- Parts are fakes: a connection each, which records what is sent.
  local function start(count, timeout)
    local names, connections = {}, {}
    servers = {}
    for i = 1, count do
      names[i] = "tcp://s:" .. i
      servers[i] = { sent = {} }
      connections[i] = { server = servers[i] }
      servers[i].try_send = function(self, ...)
        if self.full then return nil, "full" end
        table.insert(self.sent, { ... })
        return true
      end
    end
    node = helper.node(shotgun, { servers = names, timeout = timeout },
      { connections = connections })
  end
  local function request(...) node:spawn("request", ...) end
  local function reply(...) shotgun.on.connections(node, "", ...) end

  it("has a connection to each server", function()
    local parts = shotgun.parts { servers = { "A", "B" } }
    assert.equal(2, parts.connections.count)
    assert.equal("B", parts.connections.server.connect(2))
  end)

  it("asks all at once and takes the first reply", function()
    start(2, 900)
    request("a")
    for i = 1, 2 do assert.same({ { "", "1", "a" } }, servers[i].sent) end
    reply("1", "OK", "x")
    assert.same({ "OK", "x", n = 2 }, node.results)
  end)

  it("takes no reply twice, and none for another request", function()
    start(2, 900)
    request("a")
    reply("1", "OK", "first")
    node.results = nil
    request("b")
    reply("1", "OK", "second")
    reply("0", "OK")
    reply("02", "OK")
    assert.is_nil(node.results)
    reply("2", "OK", "b's")
    assert.same({ "OK", "b's", n = 2 }, node.results)
  end)

  it("is not held up by a server that takes nothing", function()
    start(2, 900)
    servers[1].full = true
    request("a")
    assert.equal(1, #servers[2].sent)
    reply("1", "OK")
    assert.same({ "OK", n = 1 }, node.results)
  end)

  it("asks again with the same number, three times in all, and then gives up", function()
    start(1, 900)
    request("a")
    node:advance(899)
    assert.same({ { "", "1", "a" }, { "", "1", "a" }, { "", "1", "a" } }, servers[1].sent)
    assert.is_nil(node.results)
    node:advance(1)
    assert.same({ nil, "offline", n = 2 }, node.results)
  end)

  it("keeps several requests apart", function()
    start(1, 900)
    request("a")
    request("b")
    reply("2", "OK", "b's")
    assert.same({ "OK", "b's", n = 2 }, node.results)
    reply("1", "OK", "a's")
    assert.same({ "OK", "a's", n = 2 }, node.results)
  end)

  it("rejects what makes no sense", function()
    start(1, 900)
    request("a")
    shotgun.on.connections(node, "1", "OK")
    reply("1")
    assert.is_nil(node.results)
    assert.same({ ["malformed reply"] = 2 }, node.rejects)
  end)
end)
