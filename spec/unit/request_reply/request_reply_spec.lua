--- Specs: the request-reply server.
local client = require "request_reply/client"
local helper = require "spec.helper"
local server = require "request_reply/server"

describe("the request-reply server", function()
  it("answers World to whatever it is asked", function()
    local node = helper.node(server)
    assert.equal("World", server.on.clients(node, "Hello"))
    assert.equal("World", server.on.clients(node, "", "more"))
  end)

  it("works as long as it is told", function()
    local node = helper.node(server, { work = 100 })
    node:spawn(server.on.clients, "Hello")
    node:advance(99)
    assert.is_nil(node.results)
    node:advance(1)
    assert.same({ "World", n = 1 }, node.results)
  end)

  it("does not fill its log with a large request", function()
    local node = helper.node(server)
    server.on.clients(node, ("x"):rep(1000000))
    assert.is_true(#node.logged[1] < 100)
  end)
end)

describe("the request-reply client", function()
  local node
  local function start(options)
    node = helper.node(client, options)
    node:spawn(client.main)
  end

  it("asks, waits for the answer, and asks again", function()
    start { requests = 2 }
    assert.same({ { "Hello" } }, node.server.sent)
    node.server:deliver "World"
    assert.same({ { "Hello" }, { "Hello" } }, node.server.sent)
    node.server:deliver "World"
    assert.same({ n = 0 }, node.results)
    assert.same({ "1: sending Hello", "1: received World", "2: sending Hello",
      "2: received World" }, node.logged)
  end)

  it("waits for ever", function()
    start { requests = 1 }
    node:advance(1e9)
    assert.is_nil(node.results)
  end)

  it("goes on for ever with 0 requests", function()
    start { requests = 0 }
    for _ = 1, 50 do node.server:deliver "World" end
    assert.equal(51, #node.server.sent)
  end)
end)
