--- `sloop ctl NODE tap`: listens to a relay of a node that runs, and is taken off at its end.
local helper = require "spec.helper"
local wire = require "spec.wire"

describe("sloop ctl NODE tap", function()
  local env, relay, at
  before_each(function()
    env = { XDG_RUNTIME_DIR = helper.folder() }
    relay = helper.sloop({ "run", "espresso/relay", "--name=relay", "--no-upstream.connect",
      "--upstream.bind=tcp://127.0.0.1:*", "--downstream.bind=tcp://127.0.0.1:*",
      "--taps.bind=tcp://127.0.0.1:*" }, { env = env })
    at = {}
    for _ = 1, 3 do
      local _, socket, endpoint = relay:line "(%w+) is bound to (%S+)"
      at[socket] = endpoint
    end
  end)
  after_each(helper.cleanup)

  local function ctl(...) return helper.run({ "ctl", ... }, { env = env }) end
  local function tap(...) return helper.sloop({ "ctl", "relay", "tap", ... }, { env = env }) end
  local function await_status(pattern)
    local found
    helper.wait_until(function()
      found = select(2, ctl("relay", "status")):find(pattern)
      return found
    end)
    assert.is_truthy(found, pattern)
  end

  -- A subscriber to A, and one message to it, each time: it is where it belongs.
  local PEERS <const> = [[
    local publisher = connect(self, "xpub", AT.upstream)
    local sub = self:open { "sub", connect = AT.downstream, subscribe = "A" }
    says("\1A", publisher)
  ]]

  it("prints messages and subscriptions, to any number of taps", function()
    local one, two = tap(), tap("feed", "--prefix=A-2", "--hex")
    await_status "0 not captured, 2 taps"
    wire.talk(at, PEERS .. [[
      publisher:send("A-1", "", "\0")
      publisher:send "A-2"
      says("A-1||\0", sub) says("A-2", sub)]])
    one:line '^subscribe to "A"$'
    one:line "^%[003%] A%-1  %[000%]   %[001%] 00$"
    one:line "^%[003%] A%-2$"
    one:line '^unsubscribe from "A"$'
    two:line "^%[003%] 412D32$"
    for _, each in ipairs { one, two } do
      each:signal "sigint"
      wire.ends(each)
    end
    assert.same({ "[003] 412D32" }, two.stdout)
    await_status "0 not captured\n"
  end)

  it("delays nothing when it is stopped: what it misses is counted", function()
    local stopped = tap()
    await_status "1 taps"
    stopped:signal "sigstop"
    wire.talk(at, PEERS .. [[
      for i = 1, 6000 do
        publisher:send("A" .. i, ("x"):rep(1000))
        says("A" .. i .. "|" .. ("x"):rep(1000), sub)
      end]])
    local missed = tonumber((select(2, ctl("relay", "status")):match "(%d+) not captured"))
    assert.is_true(missed > 1000, missed)
    stopped:signal "sigcont"
    stopped:line "A1 "
    stopped:signal "sigint"
    wire.ends(stopped)
    local told = tonumber(select(2, stopped:line "(%d+) messages were not shown"))
    assert.is_true(told >= missed, told)
  end)

  it("is taken off when it was killed", function()
    local victim = tap()
    await_status "1 taps"
    victim:signal "sigkill"
    await_status "0 not captured\n"
    wire.talk(at, PEERS .. [[publisher:send "A" says("A", sub)]])
  end)

  it("ends when the node does, with exit status 1", function()
    local listener = tap()
    await_status "1 taps"
    wire.talk(at, PEERS)
    listener:line '^subscribe to "A"$' -- it is connected by now
    wire.stop(relay)
    assert.equal(1, (listener:wait()))
    listener:line "what it listened to is gone"
  end)

  it("goes on when the node is reloaded", function()
    local listener = tap()
    await_status "1 taps"
    assert.equal(0, (ctl("relay", "reload")))
    wire.talk(at, PEERS .. [[publisher:send "A" says("A", sub)]])
    listener:line "^%[001%] A$"
  end)

  it("says what is wrong", function()
    local status, _, said = ctl("relay", "tap", "nothing")
    assert.equal(1, status)
    assert.matches("no relay 'nothing': it has feed", said)
    local other = helper.sloop({ "run", "espresso/publisher", "--name=other",
      "--feed.bind=tcp://127.0.0.1:*" }, { env = env })
    other:line "bound"
    status, _, said = ctl("other", "tap")
    assert.equal(1, status)
    assert.matches("this node has no relay", said)
    status, _, said = ctl("nobody", "tap")
    assert.equal(1, status)
    assert.matches("no node 'nobody' is running", said)
  end)

  it("has room for seven more beside the one that was declared", function()
    for _ = 1, 7 do tap() end
    await_status "7 taps"
    local status, _, said = ctl("relay", "tap")
    assert.equal(1, status)
    assert.matches("as many taps as it may have", said)
  end)

  it("listens to a node of a topology", function()
    local file = helper.write(helper.folder() .. "/topology.lua", [[return { nodes = {
      publisher = { "espresso/publisher", interval = 10, feed = { bind = "inproc://*" } },
      relay = { "forwarder/forwarder", upstream = { connect = "@publisher.feed" },
                downstream = { bind = "inproc://*" } },
      subscriber = { "espresso/subscriber", messages = 0,
                     feed = { connect = "@relay.downstream" } },
    } }]])
    local up = helper.sloop({ "up", file, "--name=system" }, { env = env })
    up:line "subscriber: [AB]"
    local listener = helper.sloop({ "ctl", "system/relay", "tap" }, { env = env })
    listener:line "^%[007%] [AB]%-%d+$"
    listener:signal "sigint"
    wire.ends(listener)
    up:signal "sigterm"
    wire.ends(up)
  end)
end)
