--- Synchronized publishing with a fake node: who is there, and what is said when somebody is not.
local audience = require "synchronized_publish.audience"
local helper = require "spec.helper"
local publisher = require "synchronized_publish.publisher"
local subscriber = require "synchronized_publish.subscriber"
local sync = require "synchronized_publish.sync"

local ONE <const>, TWO <const> = ("1"):rep(32), ("2"):rep(32)

describe("the words of synchronized publishing", function()
  it("are heard as they were said", function()
    assert.same({ 1 }, { sync.parse_subscription "\1" })
    assert.same({ -1 }, { sync.parse_subscription "\0" })
    assert.same({ 1, ONE }, { sync.parse_subscription("\1" .. sync.topic(ONE)) })
    assert.same({ -1, ONE }, { sync.parse_subscription("\0" .. sync.topic(ONE)) })
    assert.same({ "", false }, { sync.parse_ready "" })
    assert.same({ ONE, false }, { sync.parse_ready(ONE) })
    assert.same({ ONE, true }, { sync.parse_ready(ONE, sync.DONE) })
    assert.equal(17, sync.parse_count "17")
  end)

  it("are nothing else", function()
    for _, frames in ipairs {
      { "" }, { "\2" }, { "\1", "more" }, { "\1x" }, { "\1SYNC:" }, { "\1SYNC:" .. ONE .. "1" },
      { "\1SYNC:" .. ("g"):rep(32) }, { "SYNC:" .. ONE },
    } do assert.is_nil((sync.parse_subscription(table.unpack(frames)))) end
    for _, frames in ipairs {
      { "x" }, { "", "" }, { "", sync.DONE }, { ONE, "x" }, { ONE, sync.DONE, "" }, { ONE .. "1" },
      { ("\0"):rep(32) },
    } do assert.is_nil((sync.parse_ready(table.unpack(frames)))) end
    for _, text in ipairs { "", "x", "-1", "1.5", ("9"):rep(16) } do
      assert.is_nil(sync.parse_count(text))
    end
    assert.is_nil(sync.parse_count(nil))
  end)
end)

describe("the publisher", function()
  local node
  before_each(function()
    node = helper.node(publisher, { subscribers = 2, messages = 3, patience = 1000 })
    node:spawn(publisher.main)
  end)
  local function subscribe(id, everything)
    if everything ~= false then publisher.on.feed(node, "\1") end
    if id then publisher.on.feed(node, "\1" .. sync.topic(id)) end
  end
  local function leave(id)
    publisher.on.feed(node, "\0")
    if id then publisher.on.feed(node, "\0" .. sync.topic(id)) end
  end
  local function ready(...) return publisher.on.ready(node, ...) end

  it("begins when so many have said so whose subscription it sees, and not before", function()
    assert.equal(sync.AGAIN, ready(ONE))
    subscribe(ONE)
    assert.equal(sync.CONFIRMED, ready(ONE))
    assert.equal(sync.CONFIRMED, ready(ONE))
    subscribe(TWO)
    assert.same({}, node.feed.sent)
    assert.equal(sync.CONFIRMED, ready(TWO))
    assert.same({ { "Rhubarb" }, { "Rhubarb" }, { "Rhubarb" }, { "END", "3" } }, node.feed.sent)
    assert.is_nil(node.results)
    assert.equal("", ready(ONE, sync.DONE))
    leave(ONE)
    assert.equal("", ready(TWO, sync.DONE))
    assert.same({ n = 0 }, node.results)
    assert.same({ "3 messages to 2 subscribers" }, node.logged)
  end)

  it("takes the word of the Guide's, who have no id, when as many have subscribed", function()
    assert.same({ "", "" }, { ready "", ready "" })
    subscribe(nil)
    assert.same({}, node.feed.sent)
    subscribe(nil)
    assert.equal(4, #node.feed.sent)
    leave()
    assert.is_nil(node.results)
    leave()
    assert.same({ n = 0 }, node.results)
  end)

  it("says how many came when it is tired of waiting", function()
    subscribe(ONE)
    ready(ONE)
    subscribe(TWO) -- and says nothing
    node:advance(1000)
    assert.same({ nil, "only 1 of 2 subscribers came within 1000 ms", n = 2 }, node.results)
    assert.same({}, node.feed.sent)
  end)

  it("does not count who is gone again", function()
    subscribe(ONE)
    ready(ONE)
    leave(ONE)
    subscribe(TWO)
    ready(TWO)
    assert.same({}, node.feed.sent)
    node:advance(1000)
    assert.matches("only 1 of 2", node.results[2])
  end)

  it("tells who comes too late", function()
    ready ""
    ready ""
    subscribe(nil)
    subscribe(nil)
    subscribe(ONE)
    assert.equal(sync.LATE, ready(ONE))
    assert.equal("", ready "")
  end)

  it("says again that one is confirmed who did not hear it in time", function()
    subscribe(ONE)
    ready(ONE)
    subscribe(TWO)
    ready(TWO)
    assert.equal(4, #node.feed.sent)
    assert.equal(sync.CONFIRMED, ready(ONE))
    leave(ONE)
    subscribe(ONE)
    assert.equal(sync.LATE, ready(ONE))
  end)

  it("says that one left before the end", function()
    subscribe(ONE)
    ready(ONE)
    subscribe(TWO)
    ready(TWO)
    ready(ONE, sync.DONE)
    leave(ONE)
    leave(TWO)
    assert.same({ nil, "1 subscribers left before the end", n = 2 }, node.results)
  end)

  it("waits for one that is slow, and then gives up", function()
    node.feed.refuse = "full"
    subscribe(ONE)
    ready(ONE)
    subscribe(TWO)
    ready(TWO)
    node:advance(999)
    assert.is_nil(node.stopped)
    pcall(node.advance, node, 1)
    assert.same({ nil, "a subscriber has not read for 1000 ms" }, node.stopped)
  end)

  it("does not wait for ever for those that never end", function()
    ready ""
    ready ""
    subscribe(nil)
    subscribe(nil)
    node:advance(1000)
    assert.same({ nil, "not all subscribers have read to the end within 1000 ms", n = 2 },
      node.results)
  end)

  it("stands nonsense, and keeps no more ids than it may", function()
    assert.equal(sync.INVALID, ready "x")
    assert.equal(sync.INVALID, ready("", ""))
    publisher.on.feed(node, "\2")
    publisher.on.feed(node, "\1x")
    for i = 1, audience.MOST + 10 do
      publisher.on.feed(node, "\1" .. sync.topic(("%032X"):format(i)))
    end
    assert.equal(audience.MOST, node.audience.known)
    assert.equal(0, audience.count(node))
  end)
end)

describe("the subscriber", function()
  local node
  before_each(function()
    node = helper.node(subscriber, { patience = 1000, timeout = 200 })
    subscriber.init(node)
    node:spawn(subscriber.main)
  end)
  local function connect() subscriber.on.connection(node, "handshake_succeeded") end
  local function hear(...) subscriber.on.feed(node, ...) end

  it("has a topic of its own, and asks when it is connected", function()
    assert.same({ [sync.topic(node.id)] = true }, node.feed.topics)
    assert.same({}, node.ready.sent)
    subscriber.on.connection(node, "connected")
    assert.same({}, node.ready.sent)
    connect()
    assert.same({ { node.id } }, node.ready.sent)
  end)

  it("waits a little before it asks, if it is told to", function()
    node = helper.node(subscriber, { settle = 100 })
    subscriber.init(node)
    node:spawn(subscriber.main)
    connect()
    assert.same({}, node.ready.sent)
    node:advance(100)
    assert.same({ { node.id } }, node.ready.sent)
  end)

  it("counts to the end, and says that it is done", function()
    connect()
    node.ready:deliver(sync.CONFIRMED)
    hear "Rhubarb"
    hear("Rhubarb")
    hear(sync.END, "2")
    hear "Rhubarb"
    node.ready:deliver ""
    assert.same({ { node.id }, { node.id, sync.DONE } }, node.ready.sent)
    assert.same({ "2 messages" }, node.logged)
    assert.same({ n = 0 }, node.results)
  end)

  it("asks again when it is told to, or told nothing, on a fresh socket", function()
    connect()
    node.ready:deliver(sync.AGAIN)
    node:advance(50)
    assert.equal(2, #node.ready.sent)
    node:advance(250)
    assert.equal(1, node.ready.reopened)
    assert.equal(3, #node.ready.sent)
  end)

  it("is content with the Guide's publisher, which says nothing, and ends at its END", function()
    connect()
    node.ready:deliver ""
    hear "Rhubarb"
    hear(sync.END)
    assert.same({ n = 0 }, node.results)
    assert.equal(1, #node.ready.sent)
  end)

  it("says that there is no publisher", function()
    node:advance(1000)
    assert.same({ nil, "no publisher has confirmed our subscription within 1000 ms", n = 2 },
      node.results)
  end)

  it("says that it came too late", function()
    connect()
    node.ready:deliver(sync.LATE)
    assert.matches("too late", node.results[2])
  end)

  it("fails when it lost its connection in the middle", function()
    connect()
    node.ready:deliver(sync.CONFIRMED)
    hear "Rhubarb"
    subscriber.on.connection(node, "disconnected")
    assert.same({ nil, "the connection was lost after 1 messages", n = 2 }, node.results)
  end)

  it("makes sure again when it lost its connection before the first message", function()
    connect()
    node.ready:deliver(sync.CONFIRMED)
    subscriber.on.connection(node, "disconnected")
    assert.is_nil(node.results)
    connect()
    assert.equal(2, #node.ready.sent)
  end)

  it("fails when the count is another", function()
    connect()
    node.ready:deliver(sync.CONFIRMED)
    hear "Rhubarb"
    hear(sync.END, "2")
    assert.same({ nil, "1 messages of 2", n = 2 }, node.results)
  end)
end)
