--- The suicidal snail as real programs over tcp: slow, stopped, and with a publisher that restarts.
local helper = require "spec.helper"
local role = require "spec.role"
local wire = require "spec.wire"

describe("the suicidal snail over tcp", function()
  after_each(helper.cleanup)

  local function publish(at, ...)
    return wire.start("suicidal_snail/publisher", { "feed" }, { ... }, at)
  end

  local function snail(at, ...)
    return wire.start("suicidal_snail/subscriber", {}, { "--feed.connect=" .. at.feed, ... })
  end

  local LATE <const> = "%d+ ms late, more than 1000: this subscriber cannot keep up"

  it("ends when it is slow; a quick one beside it lives", function()
    local publisher, at = publish()
    local quick = snail(at, "--work=0")
    local slow = snail(at, "--work=10")
    assert.equal(3, (slow:wait()))
    slow:line(LATE)
    wire.stop(quick)
    wire.stop(publisher)
  end)

  it("ends when it was stopped for longer than its limit", function()
    local publisher, at = publish(nil)
    local stopped = role.start(([[return {
      parts = { feed = { "suicidal_snail/subscriber", work = 0, feed = { connect = %q } } },
      on = { feed = function() print "heard" end },
    }]]):format(at.feed))
    stopped:line "heard"
    stopped:signal "sigstop"
    assert.equal(3, (snail(at, "--work=10"):wait())) -- meanwhile another got too late
    stopped:signal "sigcont"
    assert.equal(3, (stopped:wait()))
    stopped:line(LATE)
    wire.stop(publisher)
  end)

  it("ends when its queue is too short to be late", function()
    local publisher, at = publish(nil, "--feed.sndhwm=5", "--feed.sndbuf=4096")
    local slow = snail(at, "--work=20", "--feed.rcvhwm=5", "--feed.rcvbuf=4096")
    assert.equal(3, (slow:wait()))
    slow:line(LATE)
    wire.stop(publisher)
  end)

  it("does not mind a publisher that was killed and began again", function()
    local publisher, at = publish()
    local quick = snail(at, "--work=0", "--limit=5000")
    local function both_speak()
      wire.talk(at, [[
        local sub = self:open { "sub", connect = AT.feed, subscribe = "" }
        for _ = 1, 100 do hear(sub) end]])
    end
    both_speak()
    publisher:signal "sigkill"
    publisher:wait()
    publisher = publish(at)
    both_speak()
    wire.stop(quick)
    quick:line "%d+ messages"
    wire.stop(publisher)
  end)
end)
