--- Specs: the part of clone that follows a server.
local chp = require "clone/chp"
local helper = require "spec.helper"
local kvmsg = require "clone/kvmsg"
local replica = require "clone/replica"

describe("a clone replica", function()
  local node
  local TERM <const> = chp.first_of(1)

  local function start(options)
    options = options or {}
    options.servers = { "tcp://a:10", "tcp://b:20" }
    node = helper.node(replica, options)
    replica.init(node)
    node:spawn(replica.main)
  end
  local function hear(kv)
    kv.uuid, kv.body = kv.uuid or "", kv.body or ""
    replica.on.feed(node, kvmsg.pack(kv))
  end
  local function beat(fields)
    local kv = fields or {}
    kv.key, kv.seq = "HUGZ", kv.seq or 0
    hear(kv)
  end
  local function update(number, key, body, term)
    hear { key = key, seq = (term or TERM) + number, uuid = ("%016d"):format(number), body = body }
  end
  local function line() return node.opened[#node.opened] end
  -- Entries { number, key, body } and the number of the last update arrive as a snapshot.
  local function snapshot(entries, number, fields)
    for _, entry in ipairs(entries) do
      local seq, key, body = TERM + entry[1], entry[2], entry[3]
      line():deliver(kvmsg.pack { key = key, seq = seq, uuid = "", body = body })
    end
    local bye = fields or {}
    bye.key, bye.seq, bye.uuid, bye.body = "KTHXBAI", TERM + number, "", ""
    line():deliver(kvmsg.pack(bye))
  end
  local function sync(options, fields)
    start(options)
    beat()
    snapshot({ { 1, "/a/1", "one" }, { 2, "/a/2", "two" } }, 2, fields)
    node.emitted = {}
  end
  local function map()
    local bodies = {}
    for key, kv in pairs(node.map) do bodies[key] = kv.body end
    return bodies
  end
  -- What the owner heard: key -> value, false for one that is gone; and how often "synced".
  local function told()
    local changes, synced = {}, 0
    for _, event in ipairs(node.emitted) do
      local key = event[2]
      if key then changes[key] = event[3] or false else synced = synced + 1 end
    end
    return changes, synced
  end
  local function asks(number, endpoint)
    assert.equal(number, #node.opened)
    assert.equal(endpoint, line().declaration.connect)
  end

  it("subscribes first, and asks for a snapshot when the server is heard", function()
    start { subtree = "/a/" }
    assert.same({ ["/a/"] = true, HUGZ = true }, node.feed.topics)
    assert.same({ ["tcp://a:11"] = true }, node.feed.endpoints)
    assert.same({}, node.opened)
    beat()
    asks(1, "tcp://a:10")
    assert.same({ { "ICANHAZ?", "/a/" } }, line().sent)
  end)

  it("leaves a server that says nothing for the other one, and comes back", function()
    start()
    node:advance(1510)
    assert.is_true(node.feed.endpoints["tcp://b:21"])
    node:advance(1510)
    assert.equal(3, node.feed.reopened)
  end)

  it("has the map of the snapshot, and says so", function()
    start()
    beat()
    snapshot({ { 1, "/a/1", "one" } }, 1)
    assert.same({ ["/a/1"] = "one" }, map())
    local changes, synced = told()
    assert.same({ { ["/a/1"] = "one" }, 1, "synced" }, { changes, synced, node.phase })
    assert.is_true(line().closed)
  end)

  it("applies what came while it asked behind the snapshot, unless that has it", function()
    start()
    beat()
    update(2, "/a/1", "old")
    update(3, "/a/2", "new")
    snapshot({ { 2, "/a/1", "two" } }, 2)
    assert.same({ ["/a/1"] = "two", ["/a/2"] = "new" }, map())
    assert.equal(TERM + 3, node.seq)
  end)

  it("applies each update once, in order", function()
    sync()
    update(3, "/a/1", "three")
    update(3, "/a/1", "again")
    update(2, "/a/2", "old")
    update(4, "/a/2", "")
    assert.same({ ["/a/1"] = "three" }, map())
    assert.same({ ["/a/1"] = "three", ["/a/2"] = false }, (told()))
  end)

  it("replaces its map by the next snapshot, and tells what that changed", function()
    sync()
    beat { updates = 7, subtree = "" }
    snapshot({ { 1, "/a/1", "one" }, { 5, "/a/3", "new" } }, 5)
    assert.same({ ["/a/1"] = "one", ["/a/3"] = "new" }, map())
    assert.same({ ["/a/2"] = false, ["/a/3"] = "new" }, (told()))
  end)

  it("keeps its map when a snapshot is cut, and asks the other server", function()
    sync()
    beat { updates = 7, subtree = "" }
    line():deliver(kvmsg.pack { key = "/a/9", seq = TERM + 9, uuid = "", body = "cut" })
    node:advance(3010)
    assert.same({ ["/a/1"] = "one", ["/a/2"] = "two" }, map())
    assert.is_true(node.feed.endpoints["tcp://b:21"])
    beat()
    asks(3, "tcp://b:20")
  end)

  it("asks again when the server counts other updates of its subtree", function()
    sync({ subtree = "/a/" }, { updates = 10, subtree = "/a/" })
    beat { updates = 10, subtree = "/a/" }
    update(5, "/a/1", "five") -- the numbers between are of other subtrees
    beat { updates = 11, subtree = "/a/" }
    beat { updates = 99, subtree = "/b/" }
    asks(1, "tcp://a:10")
    beat { updates = 12, subtree = "/a/" }
    asks(2, "tcp://a:10")
  end)

  it("asks again, and applies nothing, when the term is another", function()
    sync()
    update(1, "/a/1", "of term 2", chp.first_of(2))
    asks(2, "tcp://a:10")
    assert.equal("one", map()["/a/1"])
    sync()
    beat { seq = chp.first_of(2) + 5 }
    asks(2, "tcp://a:10")
  end)

  it("asks again when a term began while the snapshot was on its way", function()
    start()
    beat()
    update(1, "/a/1", "of term 2", chp.first_of(2))
    snapshot({ { 1, "/a/1", "one" } }, 1)
    asks(2, "tcp://a:10")
    assert.equal("one", map()["/a/1"])
  end)

  it("asks a passive server, which is the vote for it, but does not follow it", function()
    start()
    beat { state = "passive" }
    asks(1, "tcp://a:10")
    sync()
    beat { state = "passive" }
    node:advance(10)
    assert.is_true(node.feed.endpoints["tcp://b:21"])
  end)

  it("leaves a server that falls silent", function()
    sync()
    node:advance(2999)
    update(3, "/a/1", "three")
    beat()
    node:advance(2999)
    assert.equal("synced", node.phase)
    node:advance(12)
    assert.is_true(node.feed.endpoints["tcp://b:21"])
  end)

  it("takes a snapshot anew when more updates wait for one than may", function()
    start { max_early = 2 }
    beat()
    for number = 3, 5 do update(number, "/a/1", "x") end
    snapshot({ { 1, "/a/1", "one" } }, 1)
    assert.not_equal("synced", node.phase)
    assert.same({}, map())
  end)

  it("has keys end by its own clock", function()
    sync()
    node:advance(100)
    hear { key = "/a/3", seq = TERM + 3, body = "x", ttl = 500 }
    assert.same({ 600, nil }, { node.map["/a/3"].ends, node.map["/a/3"].ttl })
  end)

  it("takes no notice of other keys than its subtree's", function()
    sync { subtree = "/a/" }
    update(3, "/b/1", "x")
    assert.is_nil(map()["/b/1"])
  end)

  it("counts what makes no sense, and goes on", function()
    sync()
    local number = (">I8"):pack(3)
    for _, frames in ipairs {
      {}, { "" }, { "k" }, { "k", number, "", "" }, { "k", "3", "", "", "v" },
      { "k", number, "u", "", "v" }, { "", number, "", "", "v" },
      { ("k"):rep(256), number, "", "", "v" }, { "k", number, "", "", "v", "" },
      { "k", ("\xff"):rep(8), "", "", "v" }, { "HUGZ" },
    } do replica.on.feed(node, table.unpack(frames)) end
    local count = 0
    for _, times in pairs(node.rejects) do count = count + times end
    assert.equal(11, count)
    assert.same({ ["/a/1"] = "one", ["/a/2"] = "two" }, map())
    assert.equal("synced", node.phase)
  end)

  it("follows no server while it is paused, and goes on with the map it is given", function()
    start { follow = false }
    assert.same({ "idle", true }, { node.phase, node.feed.closed })
    node:resume({ k = { key = "k", body = "v" } }, 7)
    assert.same({ { k = "v" }, 7 }, { map(), node.seq })
    assert.is_true(node.feed.endpoints["tcp://a:11"])
    beat()
    snapshot({}, 8)
    assert.same({ k = false }, (told()))
    node:pause()
    node:advance(10)
    assert.same({ "idle", true }, { node.phase, node.feed.closed })
  end)
end)
