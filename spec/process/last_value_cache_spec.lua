--- The last value cache as real programs over tcp: late, stopped and restarted ones.
local helper = require "spec.helper"
local wire = require "spec.wire"

describe("the last value cache over tcp", function()
  after_each(helper.cleanup)

  local function publish(at, ...)
    return wire.start("last_value_cache/publisher", { "feed" },
      { "--topics=100", "--interval=3600000", ... }, at)
  end

  local function start_cache(feed, at, ...)
    return wire.start("last_value_cache/cache", { "downstream" },
      { "--upstream.connect=" .. feed.feed, ... }, at)
  end

  local function subscribe(at, updates, ...)
    return wire.start("last_value_cache/subscriber", {},
      { "--cache.connect=" .. at.downstream, "--updates=" .. updates, ... })
  end

  it("says to late subscribers what was said once, long ago", function()
    local publisher, feed = publish()
    local cache, at = start_cache(feed)
    local first = subscribe(at, 100, "--topics=")
    for i = 0, 99 do first:line(("%03d: Save Roger"):format(i)) end
    wire.ends(first)
    wire.stop(publisher)
    for _ = 1, 2 do
      local late = subscribe(at, 1)
      late:line "007: Save Roger"
      wire.ends(late)
    end
    local some = subscribe(at, 10, "--topics=03")
    for i = 30, 39 do some:line(("%03d: "):format(i)) end
    wire.ends(some)
    wire.stop(cache)
    cache:line "100 topics of %d+ bytes; 0 evicted, 0 too large; %d+ sent again"
  end)

  it("goes on when the publisher is killed and begins again", function()
    local publisher, feed = publish()
    local cache, at = start_cache(feed)
    local subscriber = subscribe(at, 0)
    local _, first = subscriber:line "007: Save Roger (%x+)"
    publisher:signal "sigkill"
    publisher:wait()
    publisher = publish(feed)
    local _, second = subscriber:line "007: Save Roger (%x+)"
    assert.not_equal(first, second)
    for _, program in ipairs { subscriber, cache, publisher } do wire.stop(program) end
  end)

  it("knows again what is published when it was killed itself", function()
    local publisher, feed = publish(nil, "--topics=1", "--interval=20")
    local cache, at = start_cache(feed)
    local subscriber = subscribe(at, 0, "--topics=000")
    subscriber:line "000: "
    cache:signal "sigkill"
    cache:wait()
    cache = start_cache(feed, at)
    subscriber:line "000: Off with his head!"
    local late = subscribe(at, 1, "--topics=000")
    late:line "000: Off with his head!"
    wire.ends(late)
    for _, program in ipairs { subscriber, cache, publisher } do wire.stop(program) end
  end)

  it("has its values again after it was killed, when they are in a store", function()
    local publisher, feed = publish()
    local data = "--data=" .. helper.folder()
    local cache, at = start_cache(feed, nil, "--durable", data)
    local first = subscribe(at, 100, "--topics=")
    wire.ends(first)
    wire.stop(publisher)
    cache:signal "sigkill"
    cache:wait()
    cache = start_cache(feed, at, "--durable", data)
    local late = subscribe(at, 10, "--topics=03")
    for i = 30, 39 do late:line(("%03d: Save Roger"):format(i)) end
    wire.ends(late)
    wire.stop(cache)
  end)

  it("serves others while a subscriber is stopped", function()
    local publisher, feed = publish(nil, "--topics=1000")
    local cache, at = start_cache(feed, nil, "--downstream.sndhwm=10", "--downstream.sndbuf=4096")
    local stopped = subscribe(at, 0, "--topics=000", "--cache.rcvhwm=1", "--cache.rcvbuf=4096")
    stopped:line "000: Save Roger"
    stopped:signal "sigstop"
    for _ = 1, 3 do
      local other = subscribe(at, 1, "--topics=000")
      other:line "000: Save Roger"
      wire.ends(other)
    end
    stopped:signal "sigcont"
    for _, program in ipairs { stopped, cache, publisher } do wire.stop(program) end
  end)
end)
