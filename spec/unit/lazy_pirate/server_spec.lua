--- Specs: the lazy pirate server.
local helper = require "spec.helper"
local server = require "lazy_pirate/server"

describe("the lazy pirate server", function()
  local node
  -- A request comes in; what the handler answers, once it has.
  local function ask(...)
    node.results = nil
    pcall(node.spawn, node, server.on.clients, ...)
    return node.results
  end

  it("answers with what it was asked, all frames of it", function()
    node = helper.node(server)
    ask("1", "", "x\0y")
    node:advance(0)
    assert.same({ "1", "", "x\0y", n = 3 }, node.results)
  end)

  it("works as long as it is told", function()
    node = helper.node(server, { work = 100 })
    ask "1"
    node:advance(99)
    assert.is_nil(node.results)
    node:advance(1)
    assert.same({ "1", n = 1 }, node.results)
  end)

  it("dies without an answer after so many requests, and not before", function()
    node = helper.node(server, { crash_after = 2 })
    for i = 1, 2 do
      ask(tostring(i))
      node:advance(0)
      assert.same({ tostring(i), n = 1 }, node.results)
    end
    ask "3"
    node:advance(10000)
    assert.is_nil(node.results)
    assert.is_true(node.clients.closed)
    assert.same({ nil, "crashed, as --crash-after asked for" }, node.stopped)
  end)

  it("takes too long for one request after so many, and then goes on", function()
    node = helper.node(server, { slow_after = 1, pause = 5000 })
    ask "1"
    node:advance(0)
    ask "2"
    node:advance(4999)
    assert.is_nil(node.results)
    node:advance(1)
    node:advance(0)
    assert.same({ "2", n = 1 }, node.results)
    ask "3"
    node:advance(0)
    assert.same({ "3", n = 1 }, node.results)
  end)

  it("never plays dead unless it is told to", function()
    node = helper.node(server)
    for _ = 1, 100 do
      ask "x"
      node:advance(0)
      assert.same({ "x", n = 1 }, node.results)
    end
  end)
end)
