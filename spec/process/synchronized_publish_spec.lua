--- Synchronized publishing as real programs over tcp: late, stopped, killed and missing ones.
local helper = require "spec.helper"
local ports = require "spec.ports"
local wire = require "spec.wire"

describe("synchronized publishing over tcp", function()
  after_each(helper.cleanup)

  local function publish(at, ...)
    return wire.start("synchronized_publish/publisher", { "feed", "ready" }, { ... }, at)
  end

  local function subscribe(at, ...)
    return (wire.start("synchronized_publish/subscriber", {},
      { "--feed.connect=" .. at.feed, "--ready.connect=" .. at.ready, ... }))
  end

  -- Wait until messages come; until none do, if `then_none`.
  local function await_messages(at, then_none)
    wire.talk(at, ([[
      local sub <close> = self:open { "sub", connect = AT.feed, subscribe = "R" }
      says("Rhubarb", sub)
      while %s and hear(sub, 500) do end]]):format(then_none or false))
  end

  local function all_count(programs, messages)
    for _, program in ipairs(programs) do
      program:line((" %d messages"):format(messages))
      wire.ends(program)
    end
  end

  it("counts exactly, for ten subscribers in any order", function()
    local at = { feed = ports.endpoint(), ready = ports.endpoint() }
    local subscribers = {}
    for i = 1, 5 do subscribers[i] = subscribe(at) end
    local publisher = publish(at, "--messages=20000")
    for i = 6, 10 do subscribers[i] = subscribe(at) end
    all_count(subscribers, 20000)
    publisher:line "20000 messages to 10 subscribers"
    wire.ends(publisher)
  end)

  it("waits for a subscriber that is stopped, and loses nothing for anybody", function()
    local publisher, at = publish(nil, "--subscribers=2", "--messages=40000", "--feed.sndhwm=100",
      "--feed.sndbuf=4096")
    local stopped = subscribe(at, "--feed.rcvhwm=10", "--feed.rcvbuf=4096")
    local other = subscribe(at)
    await_messages(at)
    stopped:signal "sigstop"
    await_messages(at, true)
    stopped:signal "sigcont"
    all_count({ other, stopped }, 40000)
    wire.ends(publisher)
  end)

  it("gives up a subscriber that never reads, and says so", function()
    local publisher, at = publish(nil, "--subscribers=1", "--messages=1000000", "--patience=1500",
      "--feed.sndhwm=100", "--feed.sndbuf=4096")
    local sleeper = subscribe(at, "--feed.rcvhwm=10", "--feed.rcvbuf=4096")
    await_messages(at)
    sleeper:signal "sigstop"
    assert.equal(1, (publisher:wait()))
    publisher:line "a subscriber has not read for 1500 ms"
    sleeper:signal "sigcont"
    assert.equal(1, (sleeper:wait()))
    sleeper:line "the connection was lost after %d+ messages"
  end)

  it("says how many came, with exit status 1, when one never does", function()
    local publisher, at = publish(nil, "--subscribers=2", "--patience=1500")
    local subscriber = subscribe(at, "--patience=1000")
    assert.equal(1, (publisher:wait()))
    publisher:line "only %d of 2 subscribers came within 1500 ms"
    assert.equal(1, (subscriber:wait()))
    subscriber:line "no publisher has confirmed our subscription within 1000 ms"
  end)

  it("makes sure again of a publisher that was killed before it began", function()
    local publisher, at = publish(nil, "--subscribers=2", "--messages=1000")
    local first = subscribe(at)
    wire.talk(at, [[ -- the first is there: its subscription is
      local ready = connect(self, "req", AT.ready)
      ready:send "x"
      says("INVALID", ready)]])
    publisher:signal "sigkill"
    publisher:wait()
    publisher = publish(at, "--subscribers=2", "--messages=1000")
    all_count({ first, subscribe(at) }, 1000)
    wire.ends(publisher)
  end)

  it("fails for a subscriber whose publisher is killed in the middle", function()
    local publisher, at = publish(nil, "--subscribers=1", "--messages=100000000")
    local subscriber = subscribe(at)
    await_messages(at)
    publisher:signal "sigkill"
    assert.equal(1, (subscriber:wait()))
    subscriber:line "the connection was lost after %d+ messages"
  end)

  it("fails for the publisher when a subscriber is killed in the middle", function()
    local publisher, at = publish(nil, "--subscribers=2", "--messages=40000")
    local victim, other = subscribe(at), subscribe(at)
    await_messages(at)
    victim:signal "sigkill"
    all_count({ other }, 40000)
    assert.equal(1, (publisher:wait()))
    publisher:line "1 subscribers left before the end"
  end)
end)
