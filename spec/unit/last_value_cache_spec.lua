--- The last value cache with a fake node: what is kept, and what is said to whom.
local cache = require "last_value_cache.cache"
local helper = require "spec.helper"
local publisher = require "last_value_cache.publisher"
local subscriber = require "last_value_cache.subscriber"
local values = require "last_value_cache.values"

describe("values", function()
  local all
  before_each(function() all = values.new() end)
  local function put(...) return values.put(all, 3, 100, ...) end
  local function get(topic)
    local entry = values.get(all, topic)
    return entry and { table.unpack(entry) }
  end

  it("are the last messages, of any frames and bytes", function()
    put("a", "1")
    put("a", "2", "", "\0")
    put "b"
    put("", "x")
    assert.same({ "2", "", "\0" }, get "a")
    assert.same({}, get "b")
    assert.same({ "x" }, get "")
    assert.is_nil(get "c")
  end)

  it("are bounded in number: what was not updated for longest goes", function()
    for i = 1, 3 do put("t" .. i, "v") end
    put("t1", "w")
    put("t4", "v")
    assert.is_nil(get "t2")
    assert.same({ "w" }, get "t1")
    assert.same({ 3, 1 }, { all.topics, all.evicted })
  end)

  it("are bounded in bytes, topics included", function()
    put("a", ("x"):rep(40))
    put("b", ("x"):rep(40))
    put("c", ("x"):rep(40))
    assert.is_nil(get "a")
    assert.same({ 2, 82, 1 }, { all.topics, all.bytes, all.evicted })
    put("b", "")
    assert.equal(42, all.bytes)
  end)

  it("that are too large are not kept, nor the old ones of their topic", function()
    put("a", "old")
    assert.is_false(put("a", ("x"):rep(100)))
    assert.is_nil(get "a")
    assert.same({ 0, 0, 1 }, { all.topics, all.bytes, all.refused })
  end)

  it("do not grow with updates", function()
    for i = 1, 100000 do put("t" .. i % 3, "v") end
    local turns = 0
    for _ in pairs(all.order) do turns = turns + 1 end
    assert.equal(3, turns)
    put("new", "v")
    assert.same({ 3, 1 }, { all.topics, all.evicted })
  end)

  it("match prefixes, as a SUB does", function()
    for _, topic in ipairs { "a", "ab", "b\0\255" } do put(topic, "v") end
    local function matching(...)
      local prefixes = {}
      for _, prefix in ipairs { ... } do prefixes[prefix] = true end
      return values.matching(all, prefixes)
    end
    assert.same({ "a", "ab" }, matching "a")
    assert.same({ "ab" }, matching "ab")
    assert.same({ "b\0\255" }, matching("b\0", "c", "abc"))
    assert.same({ "a", "ab", "b\0\255" }, matching("", "a"))
    assert.same({}, matching())
  end)
end)

describe("a durable cache", function()
  local node
  local function start(options, disk)
    local all = { durable = true }
    for name, value in pairs(options or {}) do all[name] = value end
    node = helper.node(cache, all)
    node.kept.values = disk or {}
    cache.init(node)
  end

  it("passes on what is on disk, in its order, and nothing else", function()
    start()
    local synced = false
    node.kept.sync = function()
      while not synced do node:wait "disk" end
      return true
    end
    cache.on.upstream(node, "a", "1")
    cache.on.upstream(node, "b", "2")
    assert.same({}, node.downstream.sent)
    synced = true
    node:wake "disk"
    assert.same({ { "a", "1" }, { "b", "2" } }, node.downstream.sent)
  end)

  it("knows them again, with the latest as the last to go", function()
    start()
    for _, topic in ipairs { "a", "b", "c", "a" } do cache.on.upstream(node, topic, topic) end
    start({ max_topics = 2 }, node.kept.values)
    assert.is_nil(values.get(node.values, "b"))
    assert.same({ "a" }, { table.unpack(values.get(node.values, "a")) })
    assert.is_nil(node.kept:get "b")
    cache.on.upstream(node, "d", "d")
    assert.is_nil(values.get(node.values, "c"))
    assert.is_nil(node.kept:get "c")
    assert.same({ "d" }, { table.unpack(node.kept:get "d") })
  end)

  it("does not keep on disk what it does not keep", function()
    start { max_bytes = 100 }
    cache.on.upstream(node, "a", "old")
    cache.on.upstream(node, "a", ("x"):rep(200))
    assert.is_nil(node.kept:get "a")
    assert.equal(2, #node.downstream.sent)
  end)

  it("ends when its disk fails", function()
    start()
    node.kept.sync = function() return nil, "disk I/O error" end
    cache.on.upstream(node, "a", "1")
    assert.same({ nil, "the store failed: disk I/O error" }, node.stopped)
    assert.same({}, node.downstream.sent)
  end)
end)

describe("the cache", function()
  local node
  before_each(function() node = helper.node(cache) end)
  local function subscribe(prefix) cache.on.downstream(node, "\1" .. prefix) end
  local function sent()
    node:spawn(cache.on.resend)
    local messages = node.downstream.sent
    node.downstream.sent = {}
    return messages
  end
  local function update(...)
    cache.on.upstream(node, ...)
    assert.same({ { ... } }, sent())
  end

  it("passes on what it keeps, and says it again to who subscribes", function()
    update("a", "1")
    update("a", "2", "", "3")
    update "b"
    update("c", "\0")
    assert.same({}, sent())
    subscribe "a"
    assert.same({ { "a", "2", "", "3" } }, sent())
    assert.same({}, sent())
    subscribe "a"
    subscribe "b"
    subscribe "nothing"
    assert.same({ { "a", "2", "", "3" }, { "b" } }, sent())
  end)

  it("answers many at once, each topic once", function()
    update("ab", "1")
    for _, prefix in ipairs { "a", "ab", "a", "", "b" } do subscribe(prefix) end
    assert.same({ { "ab", "1" } }, sent())
  end)

  it("says what it has when it says it, in the middle of many", function()
    for i = 1, 600 do update(("%04d"):format(i), "old") end
    subscribe ""
    node:spawn(cache.on.resend)
    assert.equal(500, #node.downstream.sent)
    cache.on.upstream(node, "0600", "new")
    node:advance(0)
    assert.same({ "0600", "new" }, node.downstream.sent[#node.downstream.sent])
    assert.equal(601, #node.downstream.sent)
  end)

  it("does not say what has gone meanwhile", function()
    for i = 1, 501 do update(("%04d"):format(i), "old") end
    subscribe ""
    node:spawn(cache.on.resend)
    values.put(node.values, 100000, 0, "0501", "too large")
    node:advance(0)
    assert.equal(500, #node.downstream.sent)
  end)

  it("takes no end of a subscription for one, and stands nonsense", function()
    update("a", "1")
    cache.on.downstream(node, "\0a")
    cache.on.downstream(node, "")
    cache.on.downstream(node, "\2a")
    cache.on.downstream(node, "\1a", "more")
    assert.same({}, sent())
    assert.same({ ["no subscription"] = 3 }, node.rejects)
  end)

  it("reads no more subscriptions than it can hold", function()
    local when = cache.sockets(node.options).downstream.when
    for i = 1, 999 do subscribe(tostring(i)) end
    assert.is_true(when(node))
    subscribe "x"
    assert.is_false(when(node))
    sent()
    assert.is_true(when(node))
  end)
end)

describe("the publisher", function()
  it("waits for a subscriber, says each topic once, and then one at a time", function()
    local node = helper.node(publisher, { topics = 3, interval = 10, updates = 2 })
    publisher.init(node)
    node:spawn(publisher.main)
    assert.same({}, node.feed.sent)
    publisher.on.feed(node, "\1")
    assert.equal(3, #node.feed.sent)
    assert.same({ "002", "Save Roger 00000000 3" }, node.feed.sent[3])
    node:advance(20)
    assert.same({ "001", "Off with his head! 00000000 5" }, node.feed.sent[5])
    assert.same({ n = 0 }, node.results)
  end)
end)

describe("the subscriber", function()
  it("hands on what it hears, of any frames, and ends after so many", function()
    local node = helper.node(subscriber, { updates = 3 })
    subscriber.on.cache(node, "007", "Roger")
    subscriber.on.cache(node, "007", "a", "", "b")
    node:spawn(subscriber.on.cache, "007")
    assert.same({ { "007", "Roger" }, { "007", "a", "", "b" }, { "007" } }, node.emitted)
    assert.same({}, node.stopped)
  end)
end)
