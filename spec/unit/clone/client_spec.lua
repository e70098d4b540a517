--- Specs: the clone client, as a part of a node.
local client = require "clone/client"
local helper = require "spec.helper"
local kvmsg = require "clone/kvmsg"

describe("a clone client", function()
  local node
  before_each(function()
    node = helper.node(client, {}, { replica = { map = {}, phase = "listening" } })
    client.init(node)
  end)

  local function listens() client.on.setter(node, "\1") end
  local function leaves() client.on.setter(node, "\0") end
  local function synced()
    node.replica.phase = "synced"
    client.on.replica(node, "synced")
  end
  -- What went out since the last call: messages.
  local function sent()
    local list = {}
    for i, frames in ipairs(node.setter.sent) do list[i] = kvmsg.parse(table.unpack(frames)) end
    node.setter.sent = {}
    return list
  end

  it("sends what it sets to both servers, and does not show it before it is published", function()
    assert.same({ ["tcp://localhost:5558"] = true, ["tcp://localhost:5568"] = true },
      node.setter.endpoints)
    listens()
    listens()
    synced()
    assert.is_true(client.set(node, "/k", "v"))
    local kv = sent()[1]
    assert.same({ "/k", "v", 0, 16, nil }, { kv.key, kv.body, kv.seq, #kv.uuid, kv.ttl })
    assert.is_nil(client.get(node, "/k"))
  end)

  it("has a UUID for each set, and other ones than another client", function()
    listens()
    listens()
    synced()
    for _ = 1, 100 do client.set(node, "/k", "v") end
    local seen = {}
    for _, kv in ipairs(sent()) do seen[kv.uuid] = true end
    rawset(node, "uuid", function() return ("7"):rep(32) end)
    client.init(node)
    node.number = 0
    client.set(node, "/k", "v")
    seen[sent()[1].uuid] = true
    local count = 0
    for _ in pairs(seen) do count = count + 1 end
    assert.equal(101, count)
  end)

  it("deletes with an empty value or none, and tells a ttl", function()
    listens()
    listens()
    synced()
    client.set(node, "/k", nil)
    client.set(node, "/k", "")
    client.set(node, "/k", "v", 1500)
    local list = sent()
    assert.same({ "", "", "v", 1500 }, { list[1].body, list[2].body, list[3].body, list[3].ttl })
  end)

  it("keeps what it sets until it is synced and both servers listen, in order", function()
    client.set(node, "/a", "1")
    listens()
    synced()
    client.set(node, "/b", "2")
    assert.same({}, sent())
    listens()
    local list = sent()
    assert.same({ "/a", "/b", 2 }, { list[1].key, list[2].key, #list })
  end)

  it("does not wait for a server that is away for longer than a second", function()
    client.set(node, "/a", "1")
    listens()
    synced()
    node:advance(999)
    assert.same({}, sent())
    node:advance(1)
    assert.equal(1, #sent())
  end)

  it("keeps what it sets while no server listens", function()
    listens()
    synced()
    node:advance(1000)
    leaves()
    client.set(node, "/a", "1")
    assert.same({}, sent())
    listens()
    node:advance(1000)
    assert.equal(1, #sent())
  end)

  it("says 'full' when too much waits", function()
    for i = 1, 10000 do assert.is_true(client.set(node, "/" .. i, "v")) end
    assert.same({ nil, "full" }, { client.set(node, "/k", "v") })
  end)

  it("refuses what is no key, no value, no ttl", function()
    for _, wrong in ipairs {
      { "", "v" }, { ("k"):rep(256), "v" }, { 7, "v" }, { nil, "v" }, { "k", 7 }, { "k", {} },
    } do
      assert.has_error(function() client.set(node, wrong[1], wrong[2]) end,
        "a key is a string of 1 to 255 bytes, a value a string")
    end
    for _, ttl in ipairs { 0, -1, 1.5, "7" } do
      assert.has_error(function() client.set(node, "k", "v", ttl) end,
        "a ttl is a number of ms, at least 1")
    end
  end)

  it("has the values of its map, and those below a subtree", function()
    node.replica.map = { ["/a/1"] = { body = "one" }, ["/b/1"] = { body = "two" } }
    assert.same({ "one", nil }, { client.get(node, "/a/1"), client.get(node, "/c") })
    local all, below = {}, {}
    for key, value in client.each(node) do all[key] = value end
    for key, value in client.each(node, "/b/") do below[key] = value end
    assert.same({ { ["/a/1"] = "one", ["/b/1"] = "two" }, { ["/b/1"] = "two" } }, { all, below })
  end)

  it("tells its owner of changes, and when it is synced", function()
    assert.is_false(client.is_synced(node))
    local kv = { key = "/k", body = "v" }
    client.on.replica(node, "change", "/k", "v", kv)
    synced()
    assert.same({ { "change", "/k", "v", kv }, { "synced" } }, node.emitted)
    assert.is_true(client.is_synced(node))
  end)
end)
