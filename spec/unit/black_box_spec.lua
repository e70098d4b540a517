--- The black box's roles with a fake node.
local collector = require "black_box/collector"
local counts_of = require "black_box/counts"
local feed = require "black_box/feed"
local helper = require "spec.helper"
local publisher = require "black_box/publisher"
local reader = require "black_box/reader"
local worker = require "black_box/worker"

local function number(n) return (">I8"):pack(n) end

describe("the feed's words", function()
  it("are heard as they were said, and nothing else is", function()
    local function heard(...) return { feed.from_publisher(...) } end
    assert.same({ "message", 7, "key", "a", "b" },
      heard(feed.message_to_readers(3, "key", 7, "a", "b")))
    assert.same({ "heartbeat", 0, false }, heard(feed.heartbeat_to_readers(3, 0)))
    assert.same({ "heartbeat", 9, true }, heard(feed.heartbeat_to_readers(3, 9, true)))
    assert.same({ "message", 1, "a/b" }, heard("3/a/b", number(1)))
    assert.same({ "key", 7, "a" }, { feed.from_reader(feed.to_worker("key", 7, "a")) })
    assert.is_nil((feed.from_reader("key", "7")))
    for _, message in ipairs {
      { "" }, { "3" }, { "3/key" }, { "3/key", "" }, { "3/key", "1234567" }, { "key", number(1) },
      { "3/" .. ("k"):rep(65), number(1) }, { "3/key", ("\255"):rep(8) }, { "3/key", number(0) },
    } do assert.is_nil((feed.from_publisher(table.unpack(message)))) end
  end)

  it("keep shards apart", function()
    local topic = feed.message_to_readers(11, "x", 1)
    assert.not_equal(feed.prefix(1), topic:sub(1, #feed.prefix(1)))
  end)
end)

describe("the counts", function()
  it("are heard as they were said, and nothing else is", function()
    local counts = { received = 1, missed = 2, dropped = 3, published = 6, ended = 1 }
    assert.same({ "me", counts },
      { counts_of.from_node(counts_of.to_collector("READER", "me", counts)) })
    for _, message in ipairs {
      {}, { "" }, { "WORKER" }, { "WORKER", "me", "1" }, { "WORKER", "me", "1", "-1" },
      { "WORKER", "me", "1", "1", "1" }, { "WORKER", "me", "", "1" }, { "OTHER", "me" },
      { "WORKER", "me", ("9"):rep(400), "1" },
    } do assert.is_nil((counts_of.from_node(table.unpack(message)))) end
  end)
end)

describe("the reader", function()
  local node
  before_each(function()
    node = helper.node(reader, { workers = { "inproc://a", "inproc://b" } })
    reader.init(node)
  end)
  local function hear(key, n, ...) reader.on.feed(node, "1/" .. key, number(n), ...) end
  local function counts()
    return { node.counts.received, node.counts.missed, node.counts.dropped }
  end

  it("hands all messages of a key to one worker, and has work for all workers", function()
    for n = 1, 100 do hear("key" .. n % 10, n, "body") end
    local seen = {}
    for _, socket in ipairs { node.worker1, node.worker2 } do
      assert.is_true(#socket.sent > 0)
      for _, message in ipairs(socket.sent) do
        assert.is_true(seen[message[1]] == nil or seen[message[1]] == socket)
        seen[message[1]] = socket
      end
    end
    assert.same({ 100, 0, 0 }, counts())
  end)

  it("counts a gap as missed, also before the first message and after the last", function()
    hear("x", 3)
    hear("x", 6)
    assert.same({ 2, 4, 0 }, counts())
    hear("", 10)
    assert.same({ 2, 8, 0 }, counts())
    assert.equal(10, node.counts.published)
  end)

  it("counts what a worker's queue has no room for as dropped", function()
    node.worker1.refuse, node.worker2.refuse = "full", "full"
    hear("x", 1)
    assert.same({ 1, 0, 1 }, counts())
  end)

  it("goes on counting when a publisher begins anew, and keeps keys in order", function()
    hear("x", 1)
    hear("x", 2)
    hear("x", 1)
    hear("", 3)
    assert.same({ 3, 2, 0 }, counts())
    assert.equal(5, node.counts.published)
    local last = 0
    for _, message in ipairs(node.sent) do
      local _, position = feed.from_reader(table.unpack(message))
      assert.is_true(position > last)
      last = position
    end
  end)

  it("rejects what makes no sense", function()
    reader.on.feed(node, "1/")
    reader.on.feed(node, "1/x", "1")
    reader.on.feed(node, "x", number(1))
    assert.same({ 0, 0, 0 }, counts())
    assert.same({ ["no number"] = 2, ["a topic without a shard"] = 1 }, node.rejects)
  end)

  it("tells its counts, at once when the feed has ended", function()
    hear("x", 1)
    hear("", 1, "END")
    reader.on.tell(node)
    local told = { "READER", node.id, "1", "0", "0", "1", "1" }
    assert.same({ told, told }, node.collector.sent)
  end)
end)

describe("the worker", function()
  it("counts what it has done, and what came out of order", function()
    local node = helper.node(worker, { max_keys = 2 })
    worker.init(node)
    for _, message in ipairs { { "a", 1 }, { "b", 1 }, { "a", 3 }, { "a", 2 }, { "c", 1 },
      { "c", 1 }, { "a", 4 } } do
      worker.on.messages(node, message[1], number(message[2]), "body")
    end
    worker.on.messages(node, "a")
    worker.on.tell(node)
    assert.same({ { "WORKER", node.id, "7", "1" } }, node.collector.sent)
    assert.same({ "a", "body" }, node.emitted[1])
    assert.same({ 2, 1 }, { node.known, node.rejects["no number"] })
  end)
end)

describe("the publisher", function()
  it("begins when each shard has a reader, numbers each shard, and says how far it is", function()
    local node = helper.node(publisher, { shards = 2, keys = 4, messages = 5, rate = 1000 })
    publisher.init(node)
    publisher.on.readers(node, "\0011/")
    publisher.on.tick(node)
    publisher.on.readers(node, "\0012/")
    publisher.on.tick(node)
    assert.is_number(node.began)
    node:advance(3)
    publisher.on.tick(node)
    local topics = {}
    for _, message in ipairs(node.readers.sent) do
      table.insert(topics, message[1] .. "=" .. (">I8"):unpack(message[2]))
    end
    assert.equal("1/0=1 2/1=1 1/2=2", table.concat(topics, " "))
    node:advance(100)
    publisher.on.tick(node)
    local sent = node.readers.sent
    assert.same({ { "1/", number(3), "END" }, { "2/", number(2), "END" } },
      { sent[#sent - 1], sent[#sent] })
  end)
end)

describe("the collector", function()
  local node
  before_each(function()
    node = helper.node(collector, { readers = 1, patience = 100 })
    node:spawn(collector.main)
  end)
  local function tell(...) collector.on.reports(node, ...) end

  it("ends well when all is accounted for", function()
    tell("READER", "r", "5", "2", "1", "7", "1")
    assert.is_nil(node.results)
    tell("WORKER", "w", "4", "0")
    assert.same({ n = 0 }, node.results)
  end)

  it("fails when nothing changes any more and it does not add up", function()
    tell("READER", "r", "5", "2", "0", "7", "1")
    tell("WORKER", "w", "3", "0")
    node:advance(99)
    tell("WORKER", "w", "3", "0")
    assert.is_nil(node.results)
    node:advance(1)
    assert.equal("it does not add up: messages were lost unseen", node.results[2])
  end)

  it("waits for the feed's end as long as that takes", function()
    tell("READER", "r", "5", "2", "5", "7", "0")
    node:advance(1000)
    assert.is_nil(node.results)
  end)

  it("fails when messages of a key were out of order", function()
    tell("READER", "r", "1", "0", "0", "1", "1")
    tell("WORKER", "w", "1", "1")
    assert.equal("1 messages out of order", node.results[2])
  end)

  it("counts what makes no sense", function()
    tell("X")
    tell("WORKER", "w", "1", "x")
    assert.same({ ["neither reader nor worker"] = 1, ["a count that is no number"] = 1 },
      node.rejects)
  end)
end)
