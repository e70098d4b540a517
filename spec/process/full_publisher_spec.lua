--- A publisher that drops nothing (xpub_nodrop) and is full: `send` waits, and does not spin.
local helper = require "spec.helper"
local json_count = "\"full\":(%d+)"
local uv = require "luv"

describe("send on an XPUB that drops nothing", function()
  local env
  before_each(function() env = { XDG_RUNTIME_DIR = helper.folder() } end)
  after_each(helper.cleanup)

  local function run(text)
    local path = helper.write(helper.folder() .. "/node.lua", text)
    return helper.sloop({ "run", path, "--name=full" }, { env = env })
  end

  local function start(main)
    return run(([[return {
      sockets = {
        feed = { "xpub", bind = "inproc://x", xpub_nodrop = true, sndhwm = 10 },
        ear = { "sub", connect = "inproc://x", subscribe = "", rcvhwm = 10 },
      },
      main = function(self)
        self:spawn(function()
          for i = 1, 1000 do self.feed:send(tostring(i)) end
          print "all sent"
        end)
        %s
      end,
    }]]):format(main))
  end

  local function tries()
    local _, out = helper.run({ "ctl", "full", "status", "--json" }, { env = env })
    local most = -1
    for count in out:gmatch(json_count) do most = math.max(most, tonumber(count)) end
    return most
  end

  local function does_not_spin()
    assert.is_true(helper.wait_until(function() return tries() > 0 end))
    local began, first = uv.hrtime(), tries()
    local ms, count
    repeat
      count = tries() - first
      ms = (uv.hrtime() - began) / 1e6
    until ms > 300
    assert.is_true(count <= 2 * ms, ("%d tries in %d ms"):format(count, ms // 1))
  end

  it("waits, and looks for room now and then, not all the time", function()
    start "self:wait 'ever'"
    does_not_spin()
  end)

  it("is tried again by a relay in the same way, and then loses nothing", function()
    local node = run [[return {
      sockets = {
        source = { "push", connect = "inproc://front", sndhwm = 1000 },
        front = { "pull", bind = "inproc://front" },
        back = { "xpub", bind = "inproc://back", xpub_nodrop = true, sndhwm = 10 },
        ear = { "sub", connect = "inproc://back", subscribe = "", rcvhwm = 10 },
      },
      relays = { feed = { "front", "back" } },
      on = { SIGUSR1 = function(self) self:wake "go" end },
      main = function(self)
        for i = 1, 1000 do self.source:send(tostring(i)) end
        self:wait "go"
        for i = 1, 1000 do assert(self.ear:recv(5000) == tostring(i)) end
        print "all"
      end,
    }]]
    does_not_spin()
    node:signal "sigusr1"
    node:line "all"
    assert.equal(0, (node:wait()))
  end)

  it("loses nothing, and goes on when there is room", function()
    local node = start [[
      self:sleep(100)
      for i = 1, 1000 do assert(self.ear:recv(5000) == tostring(i)) end
      self:sleep(10)]]
    assert.equal(0, (node:wait()))
    assert.same({ "all sent" }, node.stdout)
  end)

  it("ends with the socket", function()
    local node = start [[
      self:sleep(50)
      self.feed:close()
      self:sleep(50)]]
    node:wait()
    assert.same({ "all sent" }, node.stdout) -- each send: nil, "closed"
  end)
end)
