--- Specs: a binary star of publishers, and its subscriber.
local helper = require "spec.helper"
local publisher = require "binary_star/publisher"
local subscriber = require "binary_star/subscriber"

describe("a publisher of a binary star", function()
  local node, holds
  before_each(function()
    holds = true
    local pair = {
      term = 3, holds = function() return holds end,
      vote = function() return holds and 3 or nil end,
    }
    node = helper.node(publisher, { every = 100 }, { pair = pair })
  end)

  it("publishes while it is active", function()
    assert.is_true(node:publish("A", "x", "y"))
    holds = false
    assert.same({ nil, "passive" }, { node:publish("A", "z") })
    assert.same({ { "A", "x", "y" } }, node.sent)
  end)

  it("keeps the topic of its heartbeats to itself", function()
    assert.same({ nil, "a reserved topic" }, { node:publish("HUGZ", "x") })
    assert.same({}, node.sent)
  end)

  it("tells its term with each beat, while it is active", function()
    publisher.on.beat(node)
    holds = false
    publisher.on.beat(node)
    assert.same({ { "HUGZ", "3" } }, node.sent)
  end)

  it("takes a subscription for a vote, and its end for nothing", function()
    publisher.on.feed(node, "\1A")
    publisher.on.feed(node, "\0A")
    publisher.on.feed(node, "")
    assert.same({ { "HUGZ", "3" } }, node.sent)
    holds = false
    publisher.on.feed(node, "\1A")
    assert.equal(1, #node.sent)
  end)

  it("counts by itself, and not while it is passive", function()
    node:spawn(publisher.main)
    node:advance(200)
    holds = false
    node:advance(200)
    assert.same({ { "A", "3 1" }, { "A", "3 2" } }, node.sent)
  end)

  it("tells its owner who serves", function()
    publisher.on.pair(node, "active", 3)
    assert.same({ { "active", 3 } }, node.emitted)
  end)
end)

describe("a subscriber of a binary star", function()
  local node
  local function start(options)
    options = options or {}
    options.servers = { "A", "B" }
    node = helper.node(subscriber, options)
    node:spawn(subscriber.main)
  end
  local function hear(...) subscriber.on.feed(node, ...) end
  before_each(function() start { topics = { "x", "y" } } end)

  it("follows the first server, with its heartbeats and topics", function()
    assert.same({ A = true }, node.feed.endpoints)
    assert.same({ HUGZ = true, x = true, y = true }, node.feed.topics)
  end)

  it("passes messages on once it knows the term of who sends them", function()
    hear("x", "early")
    hear("HUGZ", "3")
    hear("x", "1", "2")
    assert.same({ { "following", "A", 3 }, { "message", "x", "1", "2" } }, node.emitted)
    assert.equal(1, node.messages)
  end)

  it("goes to the other one after silence, and to and fro", function()
    hear("HUGZ", "3")
    node:advance(1999)
    hear("HUGZ", "3")
    node:advance(1999)
    assert.equal(1, node.feed.reopened)
    node:advance(1)
    assert.equal(2, node.feed.reopened)
    assert.is_true(node.feed.endpoints.B)
    assert.equal(0, node.term)
    node:advance(2000)
    assert.equal(1, node.current)
  end)

  it("says so when the term is another", function()
    hear("HUGZ", "3")
    hear("HUGZ", "3")
    hear("HUGZ", "5")
    assert.same({ { "following", "A", 3 }, { "following", "A", 5 } }, node.emitted)
  end)

  it("takes nothing else for a heartbeat", function()
    for _, word in ipairs { "", "x", "0", "-1", "1.5" } do hear("HUGZ", word) end
    hear("HUGZ")
    assert.same({}, node.emitted)
    assert.equal(0, node.term)
  end)
end)
