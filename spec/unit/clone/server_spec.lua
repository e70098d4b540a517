--- Specs: a clone server, and who takes over from it.
local helper = require "spec.helper"
local kvmsg = require "clone/kvmsg"
local server = require "clone/server"

describe("a clone server", function()
  local node, active
  local function uuid(n) return ("%016d"):format(n) end
  local function set(key, body, number, ttl)
    server.on.setters(node, kvmsg.pack { key = key, seq = 0, uuid = uuid(number), body = body,
                                         ttl = ttl })
  end
  -- What it published since the last call: messages.
  local function published()
    local list = {}
    for i, frames in ipairs(node.updates.sent) do list[i] = kvmsg.parse(table.unpack(frames)) end
    node.updates.sent = {}
    return list
  end
  local function becomes(event, term)
    active = event == "active"
    server.on.pair(node, event, term)
  end
  before_each(function()
    active = false
    local replica = { map = {}, seq = 0, asked = 0, calls = {} }
    function replica.pause(self) table.insert(self.calls, "pause") end
    function replica.resume(self, map, seq)
      self.map, self.seq = map, seq
      table.insert(self.calls, "resume")
    end
    local pair = {
      holds = function() return active end, vote = function() return active and 1 or nil end,
    }
    node = helper.node(server, {}, { pair = pair, replica = replica })
  end)

  it("numbers what is set, from the first number of its term on", function()
    becomes("active", 3)
    set("a", "1", 1)
    set("b", "2", 2)
    local list = published()
    assert.same({ (3 << 40) + 1, (3 << 40) + 2 }, { list[1].seq, list[2].seq })
    assert.same({ "a", "1", uuid(1) }, { list[1].key, list[1].body, list[1].uuid })
    assert.equal(2, node.keys)
    set("a", "", 3)
    assert.same({ nil, 1 }, { node.map.a, node.keys })
  end)

  it("does not go back to what the same client set before", function()
    becomes("active", 1)
    for _, number in ipairs { 300, 299, 301, 200 } do set("a", tostring(number), number) end
    local seen = {}
    for i, kv in ipairs(published()) do seen[i] = kv.body end
    assert.same({ "300", "301" }, seen)
    server.on.setters(node, "a", ("\0"):rep(8), ("g"):rep(16), "", "of another client")
    server.on.setters(node, "a", ("\0"):rep(8), ("f"):rep(16), "", "of a third")
    assert.equal("of a third", node.map.a.body)
  end)

  it("goes on above the numbers of the server it followed", function()
    node.replica.seq = (5 << 40) + 100
    becomes("active", 6)
    set("a", "1", 1)
    assert.equal((6 << 40) + 1, published()[1].seq)
  end)

  it("holds what is set while it is passive, and publishes what the active did not", function()
    becomes("passive", 0)
    set("a", "1", 1)
    set("b", "2", 2)
    set("c", "3", 3)
    server.on.replica(node, "change", "b", "2", { key = "b", uuid = uuid(2), body = "2", seq = 9 })
    assert.same({}, published())
    becomes("active", 2)
    local list = published()
    assert.same({ "a", "c", 2 }, { list[1].key, list[2].key, #list })
    becomes("passive", 2)
    becomes("active", 4)
    assert.same({}, published())
  end)

  it("forgets what it held for too long", function()
    becomes("passive", 0)
    set("a", "1", 1)
    node:advance(10001)
    becomes("active", 2)
    assert.same({}, published())
  end)

  it("lets a ttl go on from when the key was set", function()
    becomes("passive", 0)
    set("a", "1", 1, 5000)
    node:advance(3000)
    becomes("active", 2)
    assert.equal(2000, published()[1].ttl)
    node:advance(1500)
    server.on.expire(node)
    assert.same({}, published())
    node:advance(1000)
    server.on.expire(node)
    local gone = published()[1]
    assert.same({ "a", "", uuid(1) }, { gone.key, gone.body, gone.uuid })
    assert.equal(0, node.keys)
  end)

  it("ends the keys it has from the other one when they end, not later", function()
    node.replica.map = {
      a = { key = "a", seq = 1, uuid = uuid(1), body = "1", ends = 5000 },
      b = { key = "b", seq = 2, uuid = uuid(2), body = "2" },
    }
    node:advance(3000)
    becomes("active", 2)
    assert.equal(2, node.keys)
    node:advance(1900)
    server.on.expire(node)
    assert.same({}, published())
    node:advance(100)
    server.on.expire(node)
    local list = published()
    assert.same({ "a", "", 1, 1 }, { list[1].key, list[1].body, #list, node.keys })
  end)

  it("lets a ttl run from when the key came to it, though it was published late", function()
    becomes("passive", 0)
    set("a", "1", 1, 5000)
    node:advance(3000)
    local kv = { key = "a", uuid = uuid(1), body = "1", seq = 9, ends = node:now() + 5000 }
    server.on.replica(node, "change", "a", "1", kv)
    assert.equal(5000, kv.ends)
  end)

  it("refuses what is no set, and counts it", function()
    becomes("active", 1)
    local number = (">I8"):pack(0)
    for _, frames in ipairs {
      {}, { "k" }, { "k", number, uuid(1), "" }, { "k", number, uuid(1), "", "v", "" },
      { "", number, uuid(1), "", "v" }, { "k", "", uuid(1), "", "v" },
      { "k", number, "", "", "v" }, { "k", number, "short", "", "v" },
      { "HUGZ", number, uuid(1), "", "" }, { "KTHXBAI", number, uuid(1), "", "" },
      { "k", number, uuid(1), ("x"):rep(65537), "v" },
    } do server.on.setters(node, table.unpack(frames)) end
    for _, frames in ipairs {
      {}, { "ICANHAZ?" }, { "icanhaz?", "" }, { "ICANHAZ?", "", "" },
      { "ICANHAZ?", ("x"):rep(256) },
    } do node:spawn(server.on.snapshot, "client", table.unpack(frames)) end
    server.on.updates(node, "")
    server.on.updates(node, "\1" .. ("x"):rep(300))
    local count = 0
    for _, times in pairs(node.rejects) do count = count + times end
    assert.same({ 16, 0, {}, {} }, { count, node.keys, published(), node.snapshot.sent })
  end)

  it("does not end a key that was set again meanwhile", function()
    becomes("active", 1)
    set("a", "1", 1, 1000)
    set("a", "2", 2)
    published()
    node:advance(5000)
    server.on.expire(node)
    assert.same({}, published())
  end)

  it("gives its map to its replica when it steps down, and takes it from there", function()
    becomes("active", 1)
    set("a", "1", 1)
    becomes("passive", 1)
    assert.same({ "pause", "resume" }, node.replica.calls)
    assert.equal("1", node.replica.map.a.body)
    assert.same({}, node.map)
    becomes("active", 3)
    assert.equal("1", node.map.a.body)
    assert.equal(1, node.keys)
  end)

  it("answers with the keys of a subtree, and its count", function()
    becomes("active", 1)
    for i, key in ipairs { "/a/1", "/a/2", "/b/1" } do set(key, "x", i) end
    server.on.updates(node, "\1/a/")
    set("/a/1", "y", 4)
    node:spawn(server.on.snapshot, "client", "ICANHAZ?", "/a/")
    local got = {}
    for _, frames in ipairs(node.snapshot.sent) do
      assert.equal("client", frames[1])
      local kv = kvmsg.parse(table.unpack(frames, 2))
      got[kv.key] = kv
    end
    assert.same({ "y", "x", nil }, { got["/a/1"].body, got["/a/2"].body, got["/b/1"] })
    local bye = got.KTHXBAI
    assert.same({ (1 << 40) + 4, "/a/", 4, "/a/" }, { bye.seq, bye.body, bye.updates, bye.subtree })
  end)

  it("answers nobody while it is passive", function()
    becomes("passive", 0)
    node:spawn(server.on.snapshot, "client", "ICANHAZ?", "")
    assert.same({}, node.snapshot.sent)
  end)

  it("tells once a second that it lives, and what it counted; or that it is passive", function()
    becomes("active", 1)
    server.on.updates(node, "\1/a/")
    set("/a/1", "x", 1)
    published()
    server.on.hugz(node)
    local list = published()
    assert.same({ "HUGZ", (1 << 40) + 1, nil }, { list[1].key, list[1].seq, list[1].updates })
    assert.same({ "/a/", 1 }, { list[2].subtree, list[2].updates })
    becomes("passive", 1)
    server.on.hugz(node)
    list = published()
    assert.same({ 0, "passive", 1 }, { list[1].seq, list[1].state, #list })
  end)

  it("greets those who begin to listen, several at once only once", function()
    for _ = 1, 5 do server.on.updates(node, "\1HUGZ") end
    assert.same({}, published())
    node:advance(10)
    assert.equal(1, #published())
  end)

  it("has another count for who lost its subscription, and an update with it", function()
    becomes("active", 1)
    server.on.updates(node, "\1/a/")
    local before = node.subtrees.counts["/a/"]
    set("/a/1", "x", 1)
    server.on.updates(node, "\0/a/")
    server.on.updates(node, "\1/a/")
    assert.not_equal(before, node.subtrees.counts["/a/"])
  end)

  it("has no count above its number when a term begins: a lost update could have any", function()
    becomes("active", 1)
    for i = 1, 9 do set("/a/1", "x", i) end
    server.on.updates(node, "\1/a/")
    assert.equal(9, node.subtrees.counts["/a/"])
    becomes("passive", 1)
    becomes("active", 3)
    assert.equal(0, node.subtrees.counts["/a/"])
  end)

  it("counts a subtree no longer when nobody follows it", function()
    server.on.updates(node, "\1/a/")
    server.on.updates(node, "\0/a/")
    assert.equal(0, node.subtrees.known)
  end)

  it("keeps its limits", function()
    node.options.max_keys, node.options.max_subtrees, node.options.max_held = 2, 1, 1
    becomes("passive", 0)
    set("a", "1", 1)
    set("b", "1", 2)
    becomes("active", 2)
    for i, key in ipairs { "c", "d", "e" } do set(key, "1", 10 + i) end
    assert.equal(2, node.keys)
    set("a", "2", 20)
    server.on.updates(node, "\1x")
    server.on.updates(node, "\1y")
    assert.same({ ["too many keys"] = 2, ["too many subtrees"] = 1 }, node.rejects)
  end)
end)
