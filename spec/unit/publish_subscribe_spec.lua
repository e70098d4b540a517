--- Publish-subscribe with a fake node: numbers, what is lost, and what the roles say of it.
local envelope_publisher = require "publish_subscribe.envelope_publisher"
local envelope_subscriber = require "publish_subscribe.envelope_subscriber"
local helper = require "spec.helper"
local numbers = require "publish_subscribe.numbers"
local publisher = require "publish_subscribe.publisher"
local subscriber = require "publish_subscribe.subscriber"
local weather = require "publish_subscribe.weather"

local ID <const>, OTHER <const> = "0123ABCD", "FEDC3210"

local function stamp(number, id) return ("%s %d"):format(id or ID, number) end

describe("numbers", function()
  it("count each topic from 1", function()
    local counts = {}
    assert.same({ "0123ABCD 1", 1 }, { numbers.next(counts, ID, "A") })
    assert.same({ "0123ABCD 2", 2 }, { numbers.next(counts, ID, "A") })
    assert.same({ "0123ABCD 1", 1 }, { numbers.next(counts, ID, "B") })
  end)

  it("are read as they were written, and nothing else is", function()
    assert.same({ ID, 12 }, { numbers.parse(stamp(12)) })
    for _, text in ipairs {
      "", " ", "0123ABCD", "0123ABCD ", "0123ABCD 0", "0123ABCD -1", "0123ABCD 1.5", "0123ABC 1",
      "0123ABCDE 1", "0123ABCG 1", "0123ABCD 1 ", " 0123ABCD 1", "0123ABCD 1e3",
      "0123ABCD " .. ("9"):rep(16), "0123ABCD 1\n", "0123ABCD\0001",
    } do assert.is_nil((numbers.parse(text)), text) end
  end)

  it("tell gaps, each topic and each publisher for itself", function()
    local seen = numbers.new()
    local function check(...) return { numbers.check(seen, ...) } end
    assert.same({ "first", 0 }, check("A", ID, 1))
    assert.same({ "next", 0 }, check("A", ID, 2))
    assert.same({ "gap", 3 }, check("A", ID, 6))
    assert.same({ "again", 0 }, check("A", ID, 6))
    assert.same({ "again", 0 }, check("A", ID, 3))
    assert.same({ "first", 8 }, check("B", ID, 9))
    assert.same({ "first", 0 }, check("A", OTHER, 1))
    assert.same({ "next", 0 }, check("A", ID, 7))
  end)

  it("of topics that were not heard for long are forgotten: the table is bounded", function()
    local seen = numbers.new()
    numbers.check(seen, "first", ID, 1)
    for i = 1, 2 * numbers.MOST do
      numbers.check(seen, tostring(i), ID, 1)
      numbers.check(seen, "often", ID, i)
    end
    assert.same({ "first", 1 }, { numbers.check(seen, "first", ID, 2) })
    assert.same({ "next", 0 }, { numbers.check(seen, "often", ID, 2 * numbers.MOST + 1) })
    local size = 0
    for _, generation in ipairs { seen.young, seen.old } do
      for _ in pairs(generation) do size = size + 1 end
    end
    assert.is_true(size <= numbers.MOST, size)
  end)
end)

describe("a weather update", function()
  it("is the Guide's, with a number behind it", function()
    assert.equal("10001 -12 34", weather.frame(10001, -12, 34))
    assert.equal("00007 3 10 " .. stamp(5), weather.frame(7, 3, 10, stamp(5)))
    assert.same({ "10001", -12, 34 }, { weather.parse "10001 -12 34" })
    assert.same({ "00007", 3, 10, stamp(5) }, { weather.parse("00007 3 10 " .. stamp(5)) })
  end)

  it("is nothing else", function()
    for _, frame in ipairs {
      "", "10001", "10001 ", "10001 1", "1000 1 1", "100011 1 1", "10001 x 1", "10001 1 -1",
      "10001 1.5 1", "10001 999999 1", "10001 1 999999", "10001 1 1x", "\0", "10001  1 1",
    } do assert.is_nil((weather.parse(frame)), frame) end
    assert.is_nil((weather.parse("10001 1 1", "more")))
  end)
end)

describe("the weather publisher", function()
  it("says so many updates a second, of its places, numbered by place", function()
    local node = helper.node(publisher, { first = 10001, zips = 1, rate = 200 })
    publisher.init(node)
    node:advance(10)
    publisher.on.tick(node)
    publisher.on.tick(node)
    node:advance(5)
    publisher.on.tick(node)
    assert.same({ { "10001 27 34 00000000 1" }, { "10001 27 34 00000000 2" },
      { "10001 27 34 00000000 3" } }, node.feed.sent)
  end)

  it("says the Guide's frames alone when it is told so", function()
    local node = helper.node(publisher, { rate = 100, numbers = false })
    publisher.init(node)
    node:advance(10)
    publisher.on.tick(node)
    assert.matches("^1%d%d%d%d 27 34$", node.feed.sent[1][1])
  end)

  it("ends after so many", function()
    local node = helper.node(publisher, { updates = 3 })
    publisher.init(node)
    node:advance(100)
    node:spawn(publisher.on.tick)
    assert.equal(3, #node.feed.sent)
    assert.same({}, node.stopped)
  end)
end)

describe("the weather subscriber", function()
  local node
  before_each(function() node = helper.node(subscriber, { updates = 4 }) end)
  local function hear(...) subscriber.on.feed(node, ...) end

  it("subscribes to one place and no other that begins so", function()
    assert.equal("10001 ", node.feed.declaration.subscribe)
  end)

  it("tells average and losses at its end", function()
    node:spawn(subscriber.main)
    hear("10001 10 1 " .. stamp(5))
    hear("10001 20 1 " .. stamp(6))
    hear("10001 -30 1 " .. stamp(9))
    assert.is_nil(node.results)
    hear("10001 4 1 " .. stamp(1, OTHER))
    assert.same({ n = 0 }, node.results)
    hear("10001 99 1 " .. stamp(2, OTHER)) -- the node is about to end
    assert.equal(4, node.count)
    node.logged = {}
    subscriber.stop(node)
    assert.same({
      "2 new topics or publishers: 4 earlier messages of theirs came before this subscription or "
        .. "were lost, which can't be known",
      "2 messages lost in 1 gaps; 2 of 6 since the first",
      "average temperature of 10001: 1F over 4 updates; 2 lost in between",
    }, node.logged)
  end)

  it("tells what is new, once", function()
    hear("10001 10 1 " .. stamp(1))
    hear("10001 10 1 " .. stamp(3))
    subscriber.on.tell(node)
    assert.equal(2, #node.logged)
    subscriber.on.tell(node)
    assert.equal(2, #node.logged)
    hear("10001 10 1 " .. stamp(5))
    subscriber.on.tell(node)
    assert.equal("1 messages lost in 1 gaps; 2 of 5 since the first", node.logged[3])
  end)

  it("says once that a feed without numbers hides its losses", function()
    hear "10001 10 1"
    hear "10001 10 1"
    assert.same({ "updates without numbers: lost ones can't be seen" }, node.logged)
    assert.equal(2, node.count)
  end)

  it("counts what is no weather, and stands it", function()
    hear "nonsense"
    hear "nonsense"
    hear("10001 1 1", "more")
    hear "10001 1 1 12"
    assert.equal(0, node.count)
    assert.same({ ["no weather"] = 2, ["more than one frame"] = 1,
      ["no number where one should be"] = 1 }, node.rejects)
    assert.equal(3, #node.logged)
  end)

  it("hands updates to its owner", function()
    hear("10001 10 1")
    assert.same({ { "10001", 10, 1 } }, node.emitted)
  end)

  it("can say that there was none", function()
    subscriber.stop(node)
    assert.same({ "no updates" }, node.logged)
  end)
end)

describe("the publisher of envelopes", function()
  it("says topic and content, the Guide's two frames", function()
    local node = helper.node(envelope_publisher)
    envelope_publisher.init(node)
    envelope_publisher.on.tick(node)
    assert.same({ { "A", "message 1 about A" }, { "B", "message 1 about B" } }, node.feed.sent)
  end)

  it("numbers any content of its owner's by topic", function()
    local node = helper.node(envelope_publisher, { numbers = true, topics = {} })
    envelope_publisher.init(node)
    node:publish("\0x", "", "a\0b")
    node:publish "\0x"
    envelope_publisher.on.tick(node)
    assert.same({ { "\0x", "", "a\0b", "00000000 1" }, { "\0x", "00000000 2" } }, node.feed.sent)
  end)
end)

describe("the subscriber to envelopes", function()
  it("hands on what it hears, without the number", function()
    local node = helper.node(envelope_subscriber, { numbers = true, quiet = true })
    local function hear(...) envelope_subscriber.on.feed(node, ...) end
    hear("B", "one", "", stamp(1))
    hear("B", stamp(4))
    assert.same({ { "B", "one", "" }, { "B" } }, node.emitted)
    assert.equal(2, node.losses.lost)
    hear "B"
    hear("B", "no number")
    hear ""
    assert.equal(2, #node.emitted)
    assert.same({ ["a topic and nothing else"] = 2, ["no number where one should be"] = 1 },
      node.rejects)
  end)

  it("takes the Guide's two frames", function()
    local node = helper.node(envelope_subscriber)
    envelope_subscriber.on.feed(node, "B", "hello")
    assert.same({ { "B", "hello" } }, node.emitted)
    assert.same({ "[B] hello" }, node.logged)
  end)
end)
