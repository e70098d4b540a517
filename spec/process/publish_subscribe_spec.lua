--- Publish-subscribe as real programs over tcp: late, stopped, slow and killed ones.
local helper = require "spec.helper"
local ports = require "spec.ports"
local wire = require "spec.wire"

local FEED <const> = { "feed" }

-- Queues that are soon full.
local SHORT_OUT <const> = { "--feed.sndhwm=5", "--feed.sndbuf=4096" }
local SHORT_IN <const> = { "--feed.rcvhwm=5", "--feed.rcvbuf=4096" }

describe("publish-subscribe over tcp", function()
  after_each(helper.cleanup)

  local function publish(rate, at, ...)
    return wire.start("publish_subscribe/publisher", FEED,
      { "--first=10001", "--zips=1", "--rate=" .. rate, ... }, at)
  end

  local function subscribe(at, updates, ...)
    return wire.start("publish_subscribe/subscriber", {},
      { "--updates=" .. updates, "--feed.connect=" .. at.feed, ... })
  end

  it("loses nothing when all keep up, and says what a late one can't know", function()
    local publisher, at = publish(500)
    wire.ends(subscribe(at, 200))
    local late = subscribe(at, 200)
    local before = tonumber(select(2, late:line "1 new topics or publishers: (%d+) earlier"))
    assert.is_true(before >= 200, before)
    late:line "over 200 updates; 0 lost in between"
    wire.ends(late)
    wire.stop(publisher)
  end)

  it("tells a subscriber that was stopped what it lost, and others lose nothing by it", function()
    local publisher, at = publish(5000, nil, table.unpack(SHORT_OUT))
    local stopped = subscribe(at, 0, table.unpack(SHORT_IN))
    stopped:line "1 new topics or publishers"
    stopped:signal "sigstop"
    local other = subscribe(at, 400)
    other:line "over 400 updates; (%d+) lost"
    wire.ends(other)
    stopped:signal "sigcont"
    local lost = tonumber(select(2, stopped:line "(%d+) messages lost in %d+ gaps"))
    assert.is_true(lost > 100, lost)
    wire.stop(stopped)
    wire.stop(publisher)
  end)

  it("takes a publisher that was killed and started again for another one", function()
    local publisher, at = publish(500)
    local subscriber = subscribe(at, 0)
    subscriber:line "1 new topics or publishers"
    publisher:signal "sigkill"
    publisher:wait()
    publisher = publish(500, at)
    subscriber:line "1 new topics or publishers"
    wire.stop(subscriber)
    subscriber:line "over %d+ updates; 0 lost in between"
    wire.stop(publisher)
  end)

  it("hears several publishers, also one that comes later", function()
    local one, at = publish(200)
    local port = ports.take(1)
    local subscriber = subscribe(at, 0, "--feed.connect=" .. at.feed,
      "--feed.connect=tcp://127.0.0.1:" .. port)
    subscriber:line "1 new topics or publishers"
    local two = publish(200, { feed = "tcp://127.0.0.1:" .. port })
    subscriber:line "1 new topics or publishers"
    wire.stop(subscriber)
    wire.stop(one)
    wire.stop(two)
  end)

  it("is a part of other nodes: any content, whole and in order", function()
    local folder = helper.folder()
    local source = helper.write(folder .. "/source.lua", [[
      --- Publishes what it is asked for.
      return {
        parts = {
          out = { "publish_subscribe/envelope_publisher", topics = {}, numbers = true,
                  feed = { bind = "tcp://127.0.0.1:*" } },
        },
        timers = { tick = 5 }, state = { n = 0 },
        on = { tick = function(self)
          self.n = self.n + 1
          self.out:publish("news/" .. self.n, "a\0b", "", tostring(self.n))
        end },
      }]])
    local sink = helper.write(folder .. "/sink.lua", [[
      --- Hears twenty.
      return {
        parts = {
          news = { "publish_subscribe/envelope_subscriber", topics = { "news/" }, numbers = true,
                   quiet = true },
        },
        state = { count = 0 },
        on = { news = function(self, topic, bytes, empty, number)
          assert(bytes == "a\0b" and empty == "" and topic == "news/" .. number)
          self.count = self.count + 1
          if self.count == 20 then self:stop() end
        end },
      }]])
    local publisher = helper.sloop { "run", source, "--control=none" }
    local _, endpoint = publisher:line "feed is bound to (%S+)"
    local subscriber = helper.sloop { "run", sink, "--strict", "--control=none",
      "--news.feed.connect=" .. endpoint }
    wire.ends(subscriber)
    wire.stop(publisher)
  end)
end)
