--- Espresso with a fake node: what a tap prints, and what the relay says.
local helper = require "spec.helper"
local publisher = require "espresso.publisher"
local relay = require "espresso.relay"
local show = require "espresso.show"
local subscriber = require "espresso.subscriber"
local tap = require "espresso.tap"

describe("a message in words", function()
  local function words(...) return show.message(false, false, ...) end

  it("is a frame's size and its text", function()
    assert.equal("[007] A-12345", words "A-12345")
    assert.equal("[001] a  [000]   [003] b c", words("a", "", "b c"))
    assert.equal("[006] \u{e4}\u{20ac}!", words "\u{e4}\u{20ac}!")
  end)

  it("is hex where there is no text, and nothing a terminal obeys", function()
    assert.equal("[004] 00FF0A41  [001] x", words("\0\255\nA", "x"))
    assert.equal("[003] 1B5B48", words "\27[H")
    assert.equal("[002] C29B", words "\xc2\x9b")
    assert.equal("[001] 7F", words "\x7f")
    assert.equal("[001] 41", show.message(true, false, "A"))
  end)

  it("is cut when it is long, between characters", function()
    assert.equal("[100] " .. ("x"):rep(64) .. "... and 36 bytes", words(("x"):rep(100)))
    assert.equal("[067] x" .. ("\u{e4}"):rep(31) .. "... and 4 bytes",
      words("x" .. ("\u{e4}"):rep(33)))
    assert.equal("[100] " .. ("02"):rep(64) .. "... and 36 bytes", words(("\2"):rep(100)))
  end)

  it("is a subscription as such", function()
    assert.equal('subscribe to "A"', words "\1A")
    assert.equal('unsubscribe from "A"', words "\0A")
    assert.equal("subscribe to everything", words "\1")
    assert.equal("subscribe to hex 00FF", words "\1\0\255")
    assert.equal("[002] 0141  [001] x", words("\1A", "x"))
    assert.equal("[002] 0141", show.message(false, true, "\1A"))
    assert.equal("[000] ", words "")
  end)

  it("concerns the prefixes of topics and of what is subscribed to", function()
    local function concerns(prefix, ...) return show.concerns({ prefix }, false, ...) end
    assert.is_true(concerns("A", "AB", "x"))
    assert.is_false(concerns("A", "BA"))
    assert.is_true(concerns("A", "\1AB"))
    assert.is_true(concerns("A", "\0A"))
    assert.is_false(concerns("A", "\1"))
    assert.is_true(concerns("", "\1"))
    assert.is_true(concerns("", ""))
    assert.is_false(show.concerns({ "A" }, true, "\1A"))
    assert.same({ "A", "\0A", "\1A", "" }, show.subscriptions { "A", "" })
  end)
end)

describe("the tap", function()
  local node
  local function pulling()
    node = helper.node(tap, { pull = true, quiet = true, patience = 100 })
  end

  it("listens to a PUB, or binds for a PUSH", function()
    node = helper.node(tap, { prefixes = { "A" } })
    assert.equal("sub", node.source.type)
    assert.same({ "A", "\0A", "\1A" }, node.source.declaration.subscribe)
    pulling()
    assert.equal("pull", node.source.type)
  end)

  it("counts what concerns it", function()
    node = helper.node(tap, { prefixes = { "A" }, quiet = true })
    tap.on.source(node, "A-1")
    tap.on.source(node, "B-1")
    tap.on.source(node, "\1A")
    tap.stop(node)
    assert.same({ "2 messages" }, node.logged)
  end)

  it("ends when nobody connects, or what it listened to is gone", function()
    pulling()
    tap.init(node)
    pcall(node.advance, node, 100)
    assert.same({ nil, "no peer connected within 100 ms" }, node.stopped)
    pulling()
    tap.init(node)
    tap.on.connection(node, "handshake_succeeded")
    node:advance(1000)
    assert.is_nil(node.stopped)
    node:spawn(tap.on.connection, "disconnected")
    assert.same({ nil, "what it listened to is gone" }, node.stopped)
  end)

  it("stays when a PUB is gone for a while", function()
    node = helper.node(tap)
    tap.init(node)
    tap.on.connection(node, "disconnected")
    assert.is_nil(node.stopped)
  end)
end)

describe("the relay", function()
  it("says what was not captured, once", function()
    local node = helper.node(relay)
    local counts = { forward = 5, backward = 1, dropped = 0, uncaptured = 3 }
    function node.feed.counts() return counts end
    relay.on.tell(node)
    relay.on.tell(node)
    assert.same({ "3 messages not captured: a tap does not keep up" }, node.logged)
    relay.stop(node)
    assert.equal("5 messages down, 1 subscriptions up, 3 not captured", node.logged[2])
  end)
end)

describe("the publisher and the subscriber", function()
  it("say and hear a letter and a number; five, then it ends", function()
    local source = helper.node(publisher)
    publisher.on.tick(source)
    assert.same({ { "E-49999" } }, source.feed.sent)
    local sink = helper.node(subscriber)
    for _ = 1, 4 do subscriber.on.feed(sink, "A-12345") end
    assert.is_nil(sink.stopped)
    sink:spawn(subscriber.on.feed, "A-12345")
    assert.same({}, sink.stopped)
  end)
end)
