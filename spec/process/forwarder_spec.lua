--- The forwarder as real programs over tcp: a chain, whose members are killed and started again.
local helper = require "spec.helper"
local wire = require "spec.wire"

describe("the forwarder over tcp", function()
  after_each(helper.cleanup)

  local function publish(at, ...)
    return wire.start("publish_subscribe/publisher", { "feed" },
      { "--first=10001", "--zips=1", "--rate=300", ... }, at)
  end

  local function forward(upstream, at)
    return wire.start("forwarder/forwarder", { "downstream" },
      { "--upstream.connect=" .. upstream }, at)
  end

  local function subscribe(endpoint, updates)
    return wire.start("publish_subscribe/subscriber", {},
      { "--updates=" .. updates, "--feed.connect=" .. endpoint })
  end

  it("goes on in a chain of two when any one is killed and started again", function()
    local publisher, at = publish()
    local inner, at_inner = forward(at.feed)
    local outer, at_outer = forward(at_inner.downstream)
    local subscriber = subscribe(at_outer.downstream, 0)
    subscriber:line "1 new topics or publishers"
    publisher:signal "sigkill"
    publisher:wait()
    publisher = publish(at)
    subscriber:line "1 new topics or publishers"
    inner:signal "sigkill"
    inner:wait()
    inner = forward(at.feed, at_inner)
    subscriber:line "%d+ messages lost in 1 gaps"
    outer:signal "sigkill"
    outer:wait()
    outer = forward(at_inner.downstream, at_outer)
    subscriber:line "%d+ messages lost in 1 gaps"
    local late = subscribe(at_outer.downstream, 50)
    late:line "over 50 updates; 0 lost in between"
    wire.ends(late)
    for _, program in ipairs { subscriber, outer, inner, publisher } do wire.stop(program) end
    outer:line "%d+ messages down, %d subscriptions up, 0 dropped"
  end)

  it("may bind on both sides: publishers connect to it, many of them", function()
    local forwarder, at = wire.start("forwarder/forwarder", { "upstream", "downstream" },
      { "--no-upstream.connect" })
    local publishers = {}
    for i = 1, 3 do
      publishers[i] = helper.sloop { "run", "publish_subscribe/publisher", "--control=none",
        "--first=10001", "--zips=1", "--rate=100", "--no-feed.bind",
        "--feed.connect=" .. at.upstream }
    end
    local subscribers = {}
    for i = 1, 3 do subscribers[i] = subscribe(at.downstream, 200) end
    for _, subscriber in ipairs(subscribers) do
      subscriber:line "over 200 updates; 0 lost in between"
      wire.ends(subscriber)
    end
    for _, publisher in ipairs(publishers) do wire.stop(publisher) end
    wire.stop(forwarder)
  end)

  it("does not hold others up when a subscriber is stopped", function()
    local publisher, at = publish(nil, "--rate=5000", "--feed.sndhwm=100000")
    local forwarder, at_forwarder = wire.start("forwarder/forwarder", { "downstream" },
      { "--upstream.connect=" .. at.feed, "--downstream.sndhwm=10", "--downstream.sndbuf=4096" })
    local stopped = wire.start("publish_subscribe/subscriber", {}, { "--updates=0",
      "--feed.connect=" .. at_forwarder.downstream, "--feed.rcvhwm=5", "--feed.rcvbuf=4096" })
    stopped:line "1 new topics or publishers"
    stopped:signal "sigstop"
    local other = subscribe(at_forwarder.downstream, 500)
    wire.ends(other)
    stopped:signal "sigcont"
    stopped:line "%d+ messages lost in %d+ gaps"
    for _, program in ipairs { stopped, forwarder, publisher } do wire.stop(program) end
  end)
end)
