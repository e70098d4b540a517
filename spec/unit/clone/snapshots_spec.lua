--- Specs: snapshots of a clone server.
local helper = require "spec.helper"
local kvmsg = require "clone/kvmsg"
local server = require "clone/server"
local snapshots = require "clone/snapshots"

describe("snapshots of a clone server", function()
  local node, self
  before_each(function()
    node, self = helper.node(server, {}, { pair = {}, replica = {} }), snapshots.new()
  end)

  local function map(count)
    local entries = {}
    for i = 1, count do
      local key = "/k/" .. i
      entries[key] = { key = key, seq = i, uuid = "", body = "v" }
    end
    return entries
  end
  local function deliver(client, entries)
    node:spawn(function()
      return snapshots.deliver(self, node, client, entries,
        { key = "KTHXBAI", seq = 9, uuid = "", body = "" }, 1000)
    end)
  end
  local function sent_to(client)
    local count, last = 0, nil
    for _, frames in ipairs(node.snapshot.sent) do
      if frames[1] == client then count, last = count + 1, frames[2] end
    end
    return count, last
  end

  it("are one list for clients that ask in the same moment", function()
    local entries = snapshots.take(self, map(3), 7, "")
    assert.equal(entries, snapshots.take(self, {}, 7, ""))
    assert.equal(3, #entries)
    assert.equal(0, #snapshots.take(self, map(3), 7, "/x/")) -- another subtree
    assert.equal(3, #snapshots.take(self, map(3), 8, ""))    -- the map has changed
    snapshots.forget(self)
    assert.equal(1, #snapshots.take(self, map(1), 8, ""))
  end)

  it("send 1,000 messages in a turn, and go on behind other events", function()
    deliver("a", snapshots.take(self, map(2500), 1, ""))
    assert.equal(1000, (sent_to "a"))
    node:advance(0)
    assert.same({ 2501, "KTHXBAI" }, { sent_to "a" })
    assert.same({ true, 0 }, { node.results[1], self.deliveries })
  end)

  it("share these when there are several", function()
    local entries = snapshots.take(self, map(2500), 1, "")
    for _, client in ipairs { "a", "b", "c", "d" } do deliver(client, entries) end
    assert.same({ 1000, 500, 333, 250 },
      { (sent_to "a"), (sent_to "b"), (sent_to "c"), (sent_to "d") })
    node:advance(0)
    for _, client in ipairs { "a", "b", "c", "d" } do
      assert.same({ 2501, "KTHXBAI" }, { sent_to(client) })
    end
  end)

  it("wait for a client whose queue is full, and give it up after a time", function()
    local entries = snapshots.take(self, map(10), 1, "")
    node.snapshot.refuse = "full"
    deliver("a", entries)
    node:advance(900)
    node.snapshot.refuse = nil
    node:advance(20)
    assert.same({ 11, "KTHXBAI" }, { sent_to "a" })
    node.snapshot.refuse = "full"
    deliver("b", entries)
    node:advance(1100)
    assert.same({ false, 0 }, { node.results[1], self.deliveries })
  end)

  it("have what is left of a ttl as they leave", function()
    node:advance(400)
    deliver("a", { { key = "k", seq = 1, uuid = "", body = "v", ends = 1000 } })
    assert.equal(600, kvmsg.parse(table.unpack(node.snapshot.sent[1], 2)).ttl)
  end)
end)
