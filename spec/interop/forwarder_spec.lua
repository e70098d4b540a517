--- The forwarder on the wire: raw frames both ways, and peers of another implementation (pyzmq).
local helper = require "spec.helper"
local wire = require "spec.wire"

describe("our forwarder, to peers of raw frames", function()
  local forwarder, at
  before_each(function()
    forwarder, at = wire.start("forwarder/forwarder", { "upstream", "downstream" },
      { "--no-upstream.connect" })
  end)
  after_each(function()
    wire.stop(forwarder)
    helper.cleanup()
  end)

  it("takes a subscription up, once for all, and back with the last of them", function()
    wire.talk(at, [[
      local publisher = connect(self, "xpub", AT.upstream)
      local one = self:open { "sub", connect = AT.downstream, subscribe = "A" }
      says("\1A", publisher)
      local two = connect(self, "xsub", AT.downstream)
      two:send "\1A"
      two:send "\1\0\255B"
      says("\1\0\255B", publisher)
      two:send "\0A"
      two:send "\1"
      says("\1", publisher)
      two:close()
      local rest = { [hear(publisher)] = true, [hear(publisher)] = true }
      same(true, rest["\0\0\255B"])
      same(true, rest["\0"])
      one:close()
      says("\0A", publisher)]])
  end)

  it("passes messages of any frames byte for byte, to whom they concern", function()
    wire.talk(at, [[
      local publisher = connect(self, "xpub", AT.upstream)
      local sub = self:open { "sub", connect = AT.downstream, subscribe = "A" }
      says("\1A", publisher)
      local big = ("x"):rep(300000)
      for _, message in ipairs { { "A" }, { "A", "" }, { "A\0\255", "", big, "\1" },
          { "B", "not wanted" }, { "", "A" }, { "A", "last" } } do
        publisher:send(table.unpack(message))
      end
      says("A", sub)
      says("A|", sub)
      says("A\0\255||" .. big .. "|\1", sub)
      says("A|last", sub)]])
  end)

  it("takes what is no subscription up, unchanged, and stands any of it", function()
    wire.talk(at, [[
      local publisher = connect(self, "xpub", AT.upstream)
      local strange = connect(self, "xsub", AT.downstream)
      for _, frames in ipairs { { "\2" }, { "hello", "you" }, { "" } } do
        strange:send(table.unpack(frames))
        says(table.concat(frames, "|"), publisher)
      end
      strange:send("\0never")
      strange:send("\1" .. ("p"):rep(5000))
      local got repeat got = hear(publisher) until got:byte() == 1
      same("\1" .. ("p"):rep(5000), got)
      publisher:send(("p"):rep(5001), "x")
      says(("p"):rep(5001) .. "|x", strange)]])
  end)

  it("says all subscriptions to a publisher that comes later, or again", function()
    wire.talk(at, [[
      local sub = self:open { "sub", connect = AT.downstream, subscribe = { "A", "B" } }
      for _ = 1, 2 do
        local publisher <close> = connect(self, "xpub", AT.upstream)
        local said = { [hear(publisher)] = true, [hear(publisher)] = true }
        same(true, said["\1A"])
        same(true, said["\1B"])
        publisher:send("B", "x")
        says("B|x", sub)
      end]])
  end)

  it("takes many publishers to many subscribers", function()
    wire.talk(at, [[
      local publishers, subscribers = {}, {}
      for i = 1, 5 do
        subscribers[i] = self:open { "sub", connect = AT.downstream, subscribe = "T" .. i }
      end
      for i = 1, 5 do
        publishers[i] = connect(self, "xpub", AT.upstream)
        for _ = 1, 5 do hear(publishers[i]) end
      end
      for i = 1, 5 do
        for j = 1, 5 do publishers[i]:send("T" .. j, tostring(i)) end
      end
      for j = 1, 5 do
        local sum = 0
        for _ = 1, 5 do
          local topic, from = subscribers[j]:recv(15000)
          same("T" .. j, topic)
          sum = sum + tonumber(from)
        end
        same(15, sum)
      end]])
  end)
end)

describe("a chain of forwarders", function()
  after_each(helper.cleanup)

  it("joins the Guide's weather server and client, ours between them", function()
    local server = wire.python("pubsub.py", "wuserver")
    local _, endpoint = server:line "bound to (%S+)"
    local inner, at = wire.start("forwarder/forwarder", { "downstream" },
      { "--upstream.connect=" .. endpoint })
    local outer, at_outer = wire.start("forwarder/forwarder", { "downstream" },
      { "--upstream.connect=" .. at.downstream })
    local client = wire.python("pubsub.py", "wuclient", at_outer.downstream, "10001", "20")
    client:line "Average temperature of 10001"
    wire.ends(client)
    wire.stop(outer)
    wire.stop(inner)
  end)

  it("may have the Guide's proxy in it", function()
    local publisher, at = wire.start("publish_subscribe/publisher", { "feed" }, { "--zips=2" })
    local proxy = wire.python("pubsub.py", "wuproxy", at.feed)
    local _, endpoint = proxy:line "bound to (%S+)"
    local forwarder, at_outer = wire.start("forwarder/forwarder", { "downstream" },
      { "--upstream.connect=" .. endpoint })
    local subscriber = wire.start("publish_subscribe/subscriber", {},
      { "--updates=20", "--feed.connect=" .. at_outer.downstream })
    subscriber:line "over 20 updates; 0 lost in between"
    wire.ends(subscriber)
    wire.stop(forwarder)
    wire.stop(publisher)
  end)
end)
