--- How a real program ends: signals, grace, and what must not keep it.
local helper = require "spec.helper"
local role = require "spec.role"
local uv = require "luv"

describe("SIGTERM", function()
  after_each(helper.cleanup)

  --- Start a role that prints "ready", send it a signal: status, signal, ms it took.
  local function ended(text, signal)
    local node = role.start(text)
    node:line "^ready"
    local began = uv.hrtime()
    node:signal(signal or "sigterm")
    local status, by = node:wait(15000)
    return status, by, (uv.hrtime() - began) // 1000000, node
  end

  local BOUND <const> = 6000 -- ms: the grace time, and a slow machine

  for _, signal in ipairs { "sigterm", "sigint" } do
    it("(" .. signal .. ") runs stop, which may wait and is served, and exits 0", function()
      local status, by, _, node = ended([[
        return {
          sockets = { a = { "pull", bind = "inproc://a" }, b = { "push", connect = "inproc://a" } },
          on = { a = function(self) print "message" self:wake "a" end },
          main = function(self) print "ready" ask(self, "never") end,
          stop = function(self) self.b:send "x" ask(self, "a") self:sleep(10) print "stop" end,
        }]], signal)
      assert.equal(0, status)
      assert.equal(0, by)
      assert.same({ "ready", "message", "stop" }, node.stdout)
    end)
  end

  it("is not followed by death from SIGHUP, while what was sent lingers", function()
    local node = role.start [[return {
      sockets = { a = { "push", connect = "tcp://127.0.0.1:1", linger = 400 } },
      main = function(self) self.a:try_send "x" print "ready" self:wait "never" end,
      stop = function() print "stop" end }]]
    node:line "^ready"
    node:signal "sigterm"
    node:line "^stop"
    local timer = uv.new_timer()
    timer:start(0, 20, function() if not node:has_ended() then node:signal "sighup" end end)
    local status, by = node:wait()
    timer:close()
    assert.same({ 0, 0 }, { status, by })
  end)

  it("closes what waits, running its <close>", function()
    local status, _, took, node = ended [[
      return {
        sockets = { a = { "pull", bind = "inproc://a" }, b = { "push", connect = "inproc://a" } },
        on = { a = function(self)
          local guard <close> = setmetatable({}, { __close = function() print "closed" end })
          print "ready"
          self:sleep(1e9)
        end },
        init = function(self) self.b:send "x" end,
      }]]
    assert.equal(0, status)
    assert.same({ "ready", "closed" }, node.stdout)
    assert.is_true(took < BOUND)
  end)

  it("ends a node with unsent messages, an absent peer and linger = -1", function()
    local status, _, took = ended [[
      return {
        sockets = { far = { "push", connect = "tcp://127.0.0.1:1", linger = -1 } },
        main = function(self)
          for _ = 1, 100 do self.far:send(("x"):rep(10000)) end
          local other = self:open { "dealer", connect = "tcp://127.0.0.1:1", linger = -1 }
          other:send "x"
          print "ready"
          self.far:send "x"
          ask(self, "never")
        end,
        stop = function(self) self.far:send "last words" end,
      }]]
    assert.equal(0, status)
    assert.is_true(took < BOUND, "it took " .. took)
  end)

  it("ends a node whose stop never returns, within the grace time, linger included", function()
    local status, _, took, node = ended [[
      return {
        sockets = { far = { "push", connect = "tcp://127.0.0.1:1", linger = -1 } },
        main = function(self) self.far:send "x" print "ready" ask(self, "never") end,
        stop = function(self) while true do self:sleep(100) end end,
      }]]
    assert.equal(0, status)
    assert.equal(2, #node.stderr)
    assert.matches("spec: SIGTERM: stopping", node.stderr[1])
    assert.matches("spec: warning: 'stop' has not ended within the grace time of 3000 ms",
      node.stderr[2])
    assert.is_true(took > 2500 and took < BOUND - 1500, "it took " .. took)
  end)

  it("sends what is unsent when the peer is there", function()
    local sink = role.start [[
      return {
        sockets = { a = { "pull", bind = "tcp://127.0.0.1:*" } },
        state = { got = 0 },
        on = { a = function(self)
          self.got = self.got + 1
          if self.got == 1000 then print "all" self:stop() end
        end },
      }]]
    local _, endpoint = sink:line "bound to (%S+)"
    local source = role.start(([[
      return {
        sockets = { far = { "push", connect = %q } },
        main = function(self) for _ = 1, 1000 do self.far:send(("x"):rep(1000)) end end,
      }]]):format(endpoint))
    assert.equal(0, (source:wait()))
    sink:line "^all"
  end)

  it("twice kills at once, even in a call of C that does not return", function()
    local node = role.start [[
      return { main = function()
        print "ready"
        return ("a"):rep(100):find(("a-"):rep(30) .. "b")
      end }]]
    node:line "ready"
    node:signal "sigterm"
    -- Signals of one kind are merged while they are pending.
    local pending = ("/proc/%d/status"):format(node.pid)
    assert.is_true(helper.wait_until(function()
      local text = helper.read(pending)
      uv.run "nowait"
      return tonumber(text:match "SigCgt:%s*(%x+)", 16) & 1 << 14 == 0 -- it was taken
    end, 5000))
    node:signal "sigterm"
    local status, by = node:wait(5000)
    assert.equal(0, status)
    assert.equal(15, by)
  end)

  it("stops a node that receives without end, and one whose init waits", function()
    assert.equal(0, (ended [[
      return {
        sockets = { a = { "pair", bind = "inproc://a" }, b = { "pair", connect = "inproc://a" } },
        main = function(self)
          print "ready"
          while true do self.b:send "x" self.a:recv() end
        end,
      }]]))
    assert.equal(0, (ended "return { init = function(self) print 'ready' self:sleep(1e9) end }"))
  end)
end)

describe("a node that was stopped for a while (SIGSTOP)", function()
  after_each(helper.cleanup)

  it("hears its peer's heartbeats before it judges the peer's silence", function()
    local beater = role.start [[
      return {
        sockets = { out = { "push", bind = "tcp://127.0.0.1:*" } },
        timers = { beat = 100 },
        on = { beat = function(self) self.out:try_send "beat" end },
      }]]
    local _, endpoint = beater:line "bound to (%S+)"
    local judge = role.start(([[
      return {
        sockets = { peer = { "pull", connect = %q } },
        state = { expiry = math.huge, beats = 0, last = 0 },
        timers = { check = 50 },
        on = {
          peer = function(self)
            self.expiry = self:now() + 1000
            self.beats = self.beats + 1
            if self.beats == 3 then print "hears it" end
          end,
          check = function(self)
            if self:now() > self.expiry then print "false alarm" self:stop() end
            local gap = self.last > 0 and self:now() - self.last or 0
            self.last = self:now()
            if gap > 1500 then print "stood still" end
          end,
        },
      }]]):format(endpoint))
    judge:line "hears it"
    for _ = 1, 2 do
      judge:signal "sigstop"
      local resumed
      local timer = uv.new_timer()
      timer:start(2000, 0, function() resumed = true end) -- the fault itself takes this time
      helper.wait_until(function() return resumed end)
      timer:close()
      judge:signal "sigcont"
      assert.equal("stood still", judge:line "stood still")
    end
    judge:signal "sigterm"
    assert.equal(0, (judge:wait()))
    assert.is_nil(table.concat(judge.stdout, "\n"):find "false alarm")
  end)

  it("notices a silence that is real", function()
    local beater = role.start [[
      return {
        sockets = { out = { "push", bind = "tcp://127.0.0.1:*" } },
        timers = { beat = 50 },
        on = { beat = function(self) self.out:try_send "beat" end },
      }]]
    local _, endpoint = beater:line "bound to (%S+)"
    local judge = role.start(([[
      return {
        sockets = { peer = { "pull", connect = %q } },
        state = { expiry = math.huge, beats = 0 }, timers = { check = 50 },
        on = {
          peer = function(self)
            self.expiry, self.beats = self:now() + 500, self.beats + 1
            if self.beats == 3 then print "hears it" end
          end,
          check = function(self) if self:now() > self.expiry then self:stop(nil, "silence") end end,
        },
      }]]):format(endpoint))
    judge:line "hears it"
    beater:signal "sigkill"
    judge:line "silence"
    assert.equal(1, (judge:wait()))
  end)
end)

describe("an exit status of a role's own", function()
  after_each(helper.cleanup)

  local function status_of(ending)
    local node = role.start(("return { main = function(self) %s end }"):format(ending))
    local status = node:wait()
    return status, table.concat(node.stderr, "\n")
  end

  it("comes behind nil and the reason, at the end of main and in stop", function()
    for _, ending in ipairs { "return nil, 'gone', 7", "self:stop(nil, 'gone', 7)" } do
      local status, said = status_of(ending)
      assert.equal(7, status)
      assert.matches("gone", said)
    end
    assert.equal(3, (status_of "return nil, 'x', 3"))
    assert.equal(125, (status_of "return nil, 'x', 125"))
  end)

  it("is 1 when it is none, or one that means something else", function()
    for _, own in ipairs { "0", "1", "2", "126", "-1", "256", "3.5", "'7'", "'EADDRINUSE'" } do
      assert.equal(1, (status_of("return nil, 'x', " .. own)), own)
    end
    assert.equal(0, (status_of "return true, 'x', 7"))
    assert.equal(0, (status_of "return 7"))
  end)

  it("is that of a topology whose node ends so", function()
    local folder = helper.folder()
    helper.write(folder .. "/bad.lua", "return { main = function() return nil, 'gone', 7 end }")
    helper.write(folder .. "/good.lua", "return { main = function(self) self:wait 'ever' end }")
    helper.write(folder .. "/topology.lua",
      'return { nodes = { bad = { "bad.lua" }, good = { "good.lua", count = 2 } } }')
    local status, _, said = helper.run { "up", folder .. "/topology.lua", "--control=none" }
    assert.equal(7, status)
    assert.matches("bad: gone", said)
  end)
end)
