--- The last value cache on the wire: raw frames both ways, and peers of another implementation
--- (pyzmq) that behave as the Guide's pathopub, lvcache and pathosub do.
local helper = require "spec.helper"
local ports = require "spec.ports"
local wire = require "spec.wire"

local SOCKETS <const> = { "upstream", "downstream" }

local function start_cache(...)
  return wire.start("last_value_cache/cache", SOCKETS, { "--no-upstream.connect", ... })
end

-- A publisher the cache has subscribed to; `subscribe` makes a late subscriber.
local PEERS <const> = [[
  local publisher = connect(self, "xpub", AT.upstream)
  says("\1", publisher)
  local function subscribe(...)
    return self:open { "sub", connect = AT.downstream, subscribe = { ... } }
  end
  local all = subscribe ""
  local function publish(...) -- and it is kept when it has come through
    publisher:send(...)
    local wanted, got = table.concat({ ... }, "|")
    repeat got = hear(all) until not got or got == wanted -- some are said again
    same(wanted, got)
  end
  local function heard(socket) -- all of it, each once, until there is no more
    local seen, list = {}, {}
    local message = hear(socket)
    while message do
      if not seen[message] then table.insert(list, message) end
      seen[message] = true
      message = hear(socket, 200)
    end
    table.sort(list)
    return table.concat(list, " ")
  end
]]

describe("our cache, to peers of raw frames", function()
  local cache, at
  before_each(function() cache, at = start_cache() end)
  after_each(function()
    wire.stop(cache)
    helper.cleanup()
  end)

  it("says the last message of each topic to a late subscriber, whole, of any frames", function()
    wire.talk(at, PEERS .. [[
      publish("A", "old")
      publish("A", "new", "", "\0\255")
      publish("B")
      publish("\0\1", ("x"):rep(100000))
      says("A|new||\0\255", (subscribe "A"))
      says("B", (subscribe "B"))
      says("\0\1|" .. ("x"):rep(100000), (subscribe "\0"))]])
  end)

  it("says it to a second subscriber to the same topic, and then updates to both", function()
    wire.talk(at, PEERS .. [[
      publish("A", "1")
      local one = subscribe "A"
      says("A|1", one)
      local two = subscribe "A"
      says("A|1", two)
      says("A|1", one) -- an XPUB can't speak to one alone
      publisher:send("A", "2")
      says("A|2", one)
      says("A|2", two)]])
  end)

  it("says all topics of a prefix, and no others", function()
    wire.talk(at, PEERS .. [[
      for i = 0, 20 do publish(("%03d"):format(i), tostring(i)) end
      local wanted = {}
      for i = 10, 19 do table.insert(wanted, ("%03d|%d"):format(i, i)) end
      same(table.concat(wanted, " "), heard(subscribe "01"))]])
  end)

  it("says nothing to one that unsubscribes, and stands what is no subscription", function()
    wire.talk(at, PEERS .. [[
      publish("A", "1")
      local strange = connect(self, "xsub", AT.downstream)
      for _, frames in ipairs { { "" }, { "\2A" }, { "hello", "you" }, { "\0A" }, { "\0" } } do
        strange:send(table.unpack(frames))
      end
      same(nil, hear(strange, 50))
      strange:send("\1" .. ("A"):rep(3000))
      strange:send "\1A"
      says("A|1", strange)]])
  end)

  it("says all of three thousand topics, though another of its prefix is slow", function()
    wire.talk(at, PEERS .. [[
      local slow = self:open { "sub", connect = AT.downstream, subscribe = "", rcvhwm = 1 }
      local function await(socket, wanted) -- what is sent again comes in between
        local topic repeat topic = socket:recv(15000) until not topic or topic == wanted
        same(wanted, topic)
      end
      for i = 1, 3000 do
        publisher:send(("%04d"):format(i), "v")
        if i % 500 == 0 then await(all, ("%04d"):format(i)) end
      end
      local late = self:open { "sub", connect = AT.downstream, subscribe = "", rcvhwm = 0 }
      for i = 1, 3000 do says(("%04d|v"):format(i), late) end]])
  end)
end)

describe("our cache, bounded", function()
  after_each(helper.cleanup)

  it("evicts what was not updated for longest, and says how many", function()
    local cache, at = start_cache("--max-topics=2", "--max-bytes=100")
    wire.talk(at, PEERS .. [[
      publish("A", "1")
      publish("B", "1")
      publish("A", "2")
      publish("C", "1")
      publish("D", ("x"):rep(100))
      same("A|2 C|1", heard(subscribe("A", "B", "C", "D")))]])
    wire.stop(cache)
    cache:line "2 topics of 4 bytes; 1 evicted, 1 too large"
  end)
end)

describe("with the Guide's programs", function()
  after_each(helper.cleanup)

  it("our cache serves their publisher and their subscribers", function()
    local port = ports.take(1)
    wire.python("pubsub.py", "pathopub", "tcp://127.0.0.1:" .. port, "20")
    local cache, at = wire.start("last_value_cache/cache", { "downstream" },
      { "--upstream.connect=tcp://127.0.0.1:" .. port })
    for _ = 1, 2 do
      local subscriber = wire.python("pubsub.py", "pathosub", at.downstream, "007", "3")
      subscriber:line "^007 "
      wire.ends(subscriber)
    end
    wire.stop(cache)
  end)

  it("our publisher and subscriber use their cache", function()
    local publisher, at = wire.start("last_value_cache/publisher", { "feed" },
      { "--topics=20", "--interval=10" })
    local cache = wire.python("pubsub.py", "lvcache", at.feed)
    local _, endpoint = cache:line "bound to (%S+)"
    local subscriber = wire.start("last_value_cache/subscriber", {},
      { "--cache.connect=" .. endpoint, "--updates=3" })
    subscriber:line "007: .*%x+ %d+"
    wire.ends(subscriber)
    wire.stop(publisher)
  end)
end)
