--- Publish-subscribe on the wire: peers that speak raw frames, both ways, and peers of another
--- implementation (pyzmq) that behave as the Guide's C programs do.
local helper = require "spec.helper"
local wire = require "spec.wire"

local FEED <const> = { "feed" }

describe("our publishers on the wire", function()
  after_each(helper.cleanup)

  it("say weather in the Guide's frame, with a number behind it, to prefix subscribers", function()
    local publisher, at = wire.start("publish_subscribe/publisher", FEED, { "--zips=2" })
    wire.talk(at, [[
      local sub = self:open { "sub", connect = AT.feed, subscribe = "10001 " }
      local id, last
      for _ = 1, 20 do
        local frame, more = sub:recv(15000)
        same(nil, more)
        local degrees, humidity, who, number =
          frame:match "^10001 (%-?%d+) (%d%d) (%x%x%x%x%x%x%x%x) (%d+)$"
        if not (degrees and tonumber(degrees) >= -80 and tonumber(degrees) <= 134) then
          error("no weather: " .. frame)
        end
        same(id or who, who)
        same(last and last + 1 or tonumber(number), tonumber(number))
        id, last = who, tonumber(number)
      end]])
    wire.stop(publisher)
    publisher:line "%d+ updates"
  end)

  it("say the Guide's frame and no more, if told so", function()
    local publisher, at = wire.start("publish_subscribe/publisher", FEED, { "--no-numbers" })
    wire.talk(at, [[
      local sub = self:open { "sub", connect = AT.feed, subscribe = "" }
      for _ = 1, 20 do
        local frame, more = sub:recv(15000)
        same(nil, more)
        if not frame:find "^%d%d%d%d%d %-?%d+ %d%d$" then error("no weather: " .. frame) end
      end]])
    wire.stop(publisher)
  end)

  it("filter: a subscriber gets what it asked for and nothing else", function()
    local publisher, at = wire.start("publish_subscribe/envelope_publisher", FEED,
      { "--interval=5", "--topics=A", "--topics=B", "--topics=BB" })
    wire.talk(at, [[
      local sub = self:open { "sub", connect = AT.feed, subscribe = "BB" }
      for _ = 1, 20 do
        local topic, text, more = sub:recv(15000)
        same("BB", topic)
        same(nil, more)
        if not text:find "^message %d+ about BB$" then error(text) end
      end]])
    wire.stop(publisher)
  end)

  it("stand what a subscriber may not say", function()
    local publisher, at = wire.start("publish_subscribe/publisher", FEED, { "--zips=1" })
    wire.talk(at, [[
      local bad = connect(self, "xsub", AT.feed)
      for _, frames in ipairs { { "" }, { "\2" }, { "hello" }, { "\1", "more" }, { "\0never" },
          { "\0" }, { "\1" .. ("x"):rep(5000) }, { "a", "", "b" } } do
        bad:send(table.unpack(frames))
      end
      local sub = self:open { "sub", connect = AT.feed, subscribe = "10000 " }
      if not hear(sub):find "^10000 " then error "no weather" end]])
    wire.stop(publisher)
  end)

  it("are heard by the Guide's clients, with numbers and without", function()
    for _, flag in ipairs { "--numbers", "--no-numbers" } do
      local publisher, at = wire.start("publish_subscribe/publisher", FEED, { "--zips=2", flag })
      local client = wire.python("pubsub.py", "wuclient", at.feed, "10001", "50")
      client:line "Average temperature of 10001 %-?%d+"
      wire.ends(client)
      wire.stop(publisher)
    end
  end)

  it("are heard by the Guide's subscriber to envelopes", function()
    local publisher, at = wire.start("publish_subscribe/envelope_publisher", FEED,
      { "--interval=5" })
    local client = wire.python("pubsub.py", "psenvsub", at.feed, "3")
    for _ = 1, 3 do client:line "^%[B%] message %d+ about B$" end
    wire.ends(client)
    wire.stop(publisher)
  end)
end)

describe("our subscribers on the wire", function()
  after_each(helper.cleanup)

  -- A publisher of raw frames, which begins when somebody has subscribed and goes on to the end.
  local function publish(messages)
    return wire.peer("xpub", [[
      peer:recv(15000)
      for _, message in ipairs {]] .. messages .. [[} do peer:send(table.unpack(message)) end
      self:wait "ever"]])
  end

  it("read the Guide's weather, and stand what is none", function()
    local _, endpoint = publish [[
      { "10001 " }, { "10001 x 1" }, { "10001 10 20", "more" }, { "10001 \0\255" },
      { "10001 1 2 " .. ("x"):rep(5000) }, { "10001 1 2 0123ABCD 0" },
      { "10002 99 20" }, { "10001 10 20" }, { "10001 -20 30" }]]
    local subscriber = wire.start("publish_subscribe/subscriber", {},
      { "--updates=2", "--feed.connect=" .. endpoint })
    subscriber:line "rejected: no weather"
    subscriber:line "rejected: more than one frame"
    subscriber:line "updates without numbers: lost ones can't be seen"
    subscriber:line "average temperature of 10001: %-5F over 2 updates; 0 lost in between"
    wire.ends(subscriber)
  end)

  it("tell a gap in the numbers, of each publisher for itself", function()
    local _, one = publish [[
      { "10001 1 2 0123ABCD 7" }, { "10001 1 2 0123ABCD 8" }, { "10001 1 2 0123ABCD 11" }]]
    local _, other = publish [[ { "10001 1 2 FEDC3210 1" }, { "10001 1 2 FEDC3210 2" }]]
    local subscriber = wire.start("publish_subscribe/subscriber", {},
      { "--updates=5", "--feed.connect=" .. one, "--feed.connect=" .. other })
    subscriber:line "2 new topics or publishers: 6 earlier messages of theirs"
    subscriber:line "2 messages lost in 1 gaps; 2 of 7 since the first"
    subscriber:line "over 5 updates; 2 lost in between"
    wire.ends(subscriber)
  end)

  it("take envelopes of any frames", function()
    local _, endpoint = publish [[
      { "B" }, { "BB", "" }, { "A", "not this" }, { "B", "1", "", "\0\255" }, { "B", "last" }]]
    local subscriber = wire.start("publish_subscribe/envelope_subscriber", {},
      { "--feed.connect=" .. endpoint })
    subscriber:line "%[B%] $"
    subscriber:line "%[BB%] $"
    subscriber:line "%[B%] 1  "
    subscriber:line "%[B%] last$"
    wire.stop(subscriber)
    subscriber:line "4 messages, 0 lost in between"
  end)

  it("tell a gap in numbered envelopes, and stand a feed that has no numbers", function()
    local _, endpoint = publish [[
      { "B" }, { "B", "text" }, { "B", "x", "0123ABCD 1" }, { "B", "y", "0123ABCD 5" },
      { "BB", "last", "0123ABCD 1" }]]
    local subscriber = wire.start("publish_subscribe/envelope_subscriber", {},
      { "--numbers", "--feed.connect=" .. endpoint })
    subscriber:line "rejected: a topic and nothing else"
    subscriber:line "rejected: no number where one should be"
    subscriber:line "%[BB%] last$"
    wire.stop(subscriber)
    subscriber:line "3 messages lost in 1 gaps; 3 of 6 since the first"
    subscriber:line "3 messages, 3 lost in between"
  end)

  it("hear the Guide's publishers", function()
    local server = wire.python("pubsub.py", "wuserver")
    local _, endpoint = server:line "bound to (%S+)"
    local subscriber = wire.start("publish_subscribe/subscriber", {},
      { "--feed.connect=" .. endpoint, "--updates=20" })
    subscriber:line "average temperature of 10001: %-?%d+F over 20 updates"
    wire.ends(subscriber)
    local envelopes = wire.python("pubsub.py", "psenvpub")
    _, endpoint = envelopes:line "bound to (%S+)"
    subscriber = wire.start("publish_subscribe/envelope_subscriber", {},
      { "--feed.connect=" .. endpoint })
    for _ = 1, 3 do subscriber:line "%[B%] but this$" end
    wire.stop(subscriber)
  end)
end)
