--- Synchronized publishing on the wire: raw frames both ways, and peers of another implementation
--- (pyzmq) that behave as the Guide's C programs do.
local helper = require "spec.helper"
local wire = require "spec.wire"

local SOCKETS <const> = { "feed", "ready" }
local ONE <const>, TWO <const> = ("1"):rep(32), ("2"):rep(32)

local function publish(...)
  return wire.start("synchronized_publish/publisher", SOCKETS, { ... })
end

local function subscribe(feed, ready, ...)
  return wire.start("synchronized_publish/subscriber", {},
    { "--feed.connect=" .. feed, "--ready.connect=" .. ready, ... })
end

describe("our publisher, to peers of raw frames", function()
  after_each(helper.cleanup)

  it("begins when it sees the subscriptions of those that say they are ready", function()
    local publisher, at = publish("--subscribers=2", "--messages=3")
    wire.talk(at, ([[
      local one, two = connect(self, "xsub", AT.feed), connect(self, "xsub", AT.feed)
      local ready = connect(self, "req", AT.ready)
      local function say(wanted, ...)
        ready:send(...)
        says(wanted, ready)
      end
      say("AGAIN", %q)
      one:send "\1"
      one:send "\1SYNC:%s"
      repeat ready:send(%q) until hear(ready) == "CONFIRMED"
      two:send "\1"
      two:send "\1SYNC:%s"
      repeat ready:send(%q) until hear(ready) == "CONFIRMED"
      for _, socket in ipairs { one, two } do
        for _ = 1, 3 do says("Rhubarb", socket) end
        says("END|3", socket)
      end
      say("", %q, "DONE")
      say("", %q, "DONE")]]):format(ONE, ONE, ONE, TWO, TWO, ONE, TWO))
    wire.ends(publisher)
    publisher:line "3 messages to 2 subscribers"
  end)

  it("serves the Guide's, who say nothing but that they are ready", function()
    local publisher, at = publish("--subscribers=1", "--messages=2")
    wire.talk(at, [[
      local ready = connect(self, "req", AT.ready)
      ready:send ""
      says("", ready)
      local sub = self:open { "sub", connect = AT.feed, subscribe = "" }
      says("Rhubarb", sub)
      says("Rhubarb", sub)
      says("END|2", sub)]])
    wire.ends(publisher)
  end)

  it("stands any malformed message, and nobody else notices", function()
    local publisher, at = publish("--subscribers=1", "--messages=1")
    wire.talk(at, ([[
      local feed, ready = connect(self, "xsub", AT.feed), connect(self, "req", AT.ready)
      for _, frames in ipairs { { "" }, { "\2" }, { "\1", "more" }, { "\0" .. ("x"):rep(99) },
          { "\1SYNC:" }, { "\1SYNC:zz" }, { "hello" } } do feed:send(table.unpack(frames)) end
      for _, frames in ipairs { { "x" }, { "", "" }, { "", "DONE" }, { %q, "x" },
          { %q, "DONE", "" }, { ("\255"):rep(32) }, { ("1"):rep(33) } } do
        ready:send(table.unpack(frames))
        says("INVALID", ready)
      end
      ready:send(%q, "DONE")
      says("", ready)
      feed:send "\1"
      feed:send "\1SYNC:%s"
      repeat ready:send(%q) until hear(ready) == "CONFIRMED"
      says("Rhubarb", feed)
      says("END|1", feed)
      ready:send(%q, "DONE")
      says("", ready)]]):format(ONE, ONE, TWO, ONE, ONE, ONE))
    wire.ends(publisher)
  end)

  it("tells the Guide's subscribers every message", function()
    local publisher, at = publish("--subscribers=2", "--messages=20000")
    local clients = {}
    for i = 1, 2 do clients[i] = wire.python("pubsub.py", "syncsub", at.feed, at.ready) end
    for _, client in ipairs(clients) do
      client:line "^Received 20000 updates$"
      wire.ends(client)
    end
    wire.ends(publisher)
  end)

  it("serves the Guide's subscribers and ours together", function()
    local publisher, at = publish("--subscribers=2", "--messages=20000")
    local theirs = wire.python("pubsub.py", "syncsub", at.feed, at.ready)
    local ours = subscribe(at.feed, at.ready)
    ours:line "20000 messages"
    theirs:line "^Received 20000 updates$"
    for _, program in ipairs { ours, theirs, publisher } do wire.ends(program) end
  end)
end)

describe("our subscriber", function()
  after_each(helper.cleanup)

  -- A publisher of raw frames with two sockets; `text` sees `feed` and `ready`.
  local function peer(text)
    local process, feed = wire.peer("xpub", [[
      local feed, ready = peer, self:open { "rep", bind = "tcp://127.0.0.1:*" }
      print("ready is at " .. ready.endpoint) io.stdout:flush()
      local id = hear(ready)
      if not id:find "^%x+$" or #id ~= 32 then error(id) end
      local subscriptions = { [hear(feed)] = true, [hear(feed)] = true }
      same(true, subscriptions["\1"])
      same(true, subscriptions["\1SYNC:" .. id])
      ]] .. text)
    return process, feed, select(2, process:line "ready is at (%S+)")
  end

  it("has subscribed to everything and to its own topic, counts, and says it is done", function()
    local publisher, feed, ready = peer [[
      ready:send "AGAIN"
      says(id, ready)
      ready:send "CONFIRMED"
      feed:send("Rhubarb")
      feed:send("any", "", "frames")
      feed:send("END", "2")
      says(id .. "|DONE", ready)
      ready:send ""]]
    local subscriber = subscribe(feed, ready)
    subscriber:line "2 messages"
    wire.ends(subscriber)
    wire.ends(publisher)
  end)

  it("knows a count that is wrong, and stands one that is nonsense", function()
    local publisher, feed, ready = peer [[
      ready:send "CONFIRMED"
      feed:send "Rhubarb"
      feed:send("END", "2")
      hear(feed) -- until it is gone]]
    local subscriber = subscribe(feed, ready)
    assert.equal(1, (subscriber:wait()))
    subscriber:line "1 messages of 2"
    wire.ends(publisher)
    publisher, feed, ready = peer [[
      ready:send ""
      feed:send "Rhubarb"
      feed:send("END", "\0x")
      hear(feed)]]
    subscriber = subscribe(feed, ready)
    subscriber:line "1 messages"
    wire.ends(subscriber)
    wire.ends(publisher)
  end)

  it("hears every message of the Guide's publisher", function()
    local publisher = wire.python("pubsub.py", "syncpub", "2", "20000")
    local _, feed, ready = publisher:line "bound to (%S+) (%S+)"
    local subscribers = {}
    for i = 1, 2 do subscribers[i] = subscribe(feed, ready, "--feed.rcvhwm=0", "--settle=1000") end
    for _, subscriber in ipairs(subscribers) do
      subscriber:line " 20000 messages"
      wire.ends(subscriber)
    end
  end)
end)
