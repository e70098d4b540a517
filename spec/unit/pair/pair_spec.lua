--- Specs: pong.
local helper = require "spec.helper"
local ping = require "pair/ping"
local pong = require "pair/pong"

describe("pong", function()
  it("throws back what comes, whatever its frames", function()
    local node = helper.node(pong)
    pong.on.peer(node, "ping", "7")
    pong.on.peer(node, "ping")
    pong.on.peer(node, "", "a", "b")
    assert.same({ { "pong", "7" }, { "pong" }, { "pong", "a", "b" } }, node.peer.sent)
  end)
end)

describe("ping", function()
  local node
  local function start(options)
    node = helper.node(ping, options)
    node:spawn(ping.main)
  end

  it("tells how long each ball was under way", function()
    start { rounds = 1, interval = 5 }
    assert.same({ { "ping", "1" } }, node.sent)
    node:advance(30)
    node.peer:deliver("pong", "1")
    assert.same({ "pong 1 after 30 ms" }, node.logged)
    node:advance(5)
    assert.same({ n = 0 }, node.results)
  end)

  it("throws as often as it is told", function()
    start { rounds = 3, interval = 5 }
    for i = 1, 3 do
      node.peer:deliver("pong", tostring(i))
      node:advance(5)
    end
    assert.same({ { "ping", "1" }, { "ping", "2" }, { "ping", "3" } }, node.sent)
    assert.same({ n = 0 }, node.results)
  end)

  it("does not linger for a ball that it cannot send", function()
    assert.equal(0, ping.sockets.peer.linger)
  end)

  it("gives up a ball that does not come back in time", function()
    start { timeout = 100 }
    node:advance(99)
    assert.is_nil(node.results)
    node:advance(1)
    assert.same({ nil, "ball 1 is lost", n = 2 }, node.results)
  end)

  it("lets fall what is not its ball, and waits no longer for that", function()
    start { timeout = 100 }
    node:advance(60)
    node.peer:deliver("pong", "99")
    node:advance(20)
    node.peer:deliver("pong")
    node:advance(19)
    assert.is_nil(node.results)
    node:advance(1)
    assert.same({ nil, "ball 1 is lost", n = 2 }, node.results)
  end)
end)
