--- Sending with patience, with a fake node: the clock is the spec's.
local helper = require "spec.helper"
local patient_send = require "sloop.patient_send"

describe("patient_send", function()
  local node
  before_each(function()
    node = helper.node {
      sockets = { peer = { "router", bind = "inproc://x" } },
      send = function(self, ms, ...) return patient_send(self, self.peer, ms, ...) end,
    }
  end)

  it("sends at once when there is room", function()
    node:spawn("send", 100, "a", "", "b")
    assert.same({ true, n = 3 }, node.results)
    assert.same({ { "a", "", "b" } }, node.peer.sent)
  end)

  it("waits for room, and sends once", function()
    node.peer.refuse = "full"
    node:spawn("send", 100, "a")
    node:advance(50)
    assert.is_nil(node.results)
    node.peer.refuse = nil
    node:advance(20)
    assert.is_true(node.results[1])
    node:advance(100)
    assert.same({ { "a" } }, node.peer.sent)
  end)

  it("gives up after so many ms, not before and not later", function()
    node.peer.refuse = "full"
    node:spawn("send", 100, "a")
    node:advance(99)
    assert.is_nil(node.results)
    node:advance(1)
    assert.same({ nil, "full", n = 2 }, node.results)
    assert.equal(100, node:now())
  end)

  it("does not wait when it has no time", function()
    node.peer.refuse = "full"
    node:spawn("send", 0, "a")
    assert.same({ nil, "full", n = 2 }, node.results)
  end)

  it("does not wait for a peer that is not there, nor on a closed socket", function()
    for _, reason in ipairs { "unreachable", "closed" } do
      node.peer.refuse = reason
      node:spawn("send", 100, "a")
      assert.equal(reason, node.results[2])
    end
  end)
end)
