--- The forwarder's role: a table, and what it says at its end.
local forwarder = require "forwarder.forwarder"
local helper = require "spec.helper"

describe("the forwarder", function()
  it("has no handler: all goes through the relay", function()
    assert.is_nil(forwarder.on)
    assert.same({ "upstream", "downstream" }, forwarder.relays.feed)
    assert.equal("xsub", forwarder.sockets.upstream[1])
    assert.equal("xpub", forwarder.sockets.downstream[1])
  end)

  it("says what passed", function()
    local node = helper.node(forwarder)
    forwarder.stop(node)
    assert.same({ "0 messages down, 0 subscriptions up, 0 dropped" }, node.logged)
  end)
end)
