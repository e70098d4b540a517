--- Tasks: what waits, who is woken, and where waiting is refused.
local helper = require "spec.helper"
local role = require "spec.role"

describe("a task", function()
  after_each(helper.cleanup)

  it("that waits for a key goes on with the values of its wake", function()
    assert.same({ true, 1, "two", false }, { role.run [[
      return { main = function(self)
        self:spawn(function() same(1, self:wake("key", 1, "two", false)) end)
        return ask(self, "key")
      end }]] })
  end)

  it("is woken in the order of its beginning to wait, after the present code", function()
    assert.equal("waker,a,b,c", role.run [[
      local order = {}
      return { main = function(self)
        for _, name in ipairs { "a", "b", "c" } do
          self:spawn(function() ask(self, "key") table.insert(order, name) end)
        end
        self:sleep(1)
        same(3, self:wake "key")
        table.insert(order, "waker")
        self:sleep(1)
        return table.concat(order, ",")
      end }]])
  end)

  it("that nobody waits in is not remembered", function()
    assert.same({ 0 }, { role.run [[
      return { main = function(self)
        local woken = self:wake("key", "early")
        local ok, reason = self:wait("key", 1)
        same(nil, ok) same("timeout", reason)
        return woken
      end }]] })
  end)

  it("may wait for any key but nil", function()
    role.run [[
      return { main = function(self)
        for _, key in ipairs { "text", 1, 1.5, true, false, self, print } do
          self:spawn(function() self:wake(key, "value") end)
          local ok, value = ask(self, key)
          same(true, ok) same("value", value)
        end
        refused("a key is anything but nil", self.wait, self, nil)
        refused("a key is anything but nil", self.wake, self, nil)
      end }]]
  end)

  it("keeps its place among the others when one of them gives up", function()
    assert.equal("a,c", role.run [[
      local order = {}
      return { main = function(self)
        for name, limit in pairs { a = 10000, b = 1, c = 10000 } do
          self:spawn(function()
            if self:wait("key", limit) then table.insert(order, name) end
          end)
        end
        self:sleep(20)
        same(2, self:wake "key")
        self:sleep(1)
        table.sort(order)
        return table.concat(order, ",")
      end }]])
  end)

  it("that was woken has not timed out, though its time is over before it runs", function()
    assert.same({ 1, true, "value" }, { role.run [[
      return {
        state = { woken = -1 },
        timers = { tick = 10 },
        on = { tick = function(self)
          if self.woken < 0 then self.woken = self:wake("key", "value") end
        end },
        main = function(self)
          self:spawn(function() -- both are due when this ends
            local stop = self:now() + 60
            while self:now() < stop do end
          end)
          local ok, value = self:wait("key", 20)
          return self.woken, ok, value
        end,
      }]] })
  end)

  it("is not the script's to resume or close, which other coroutines are", function()
    role.run [[
      return { main = function(self)
        local waiting
        self:spawn(function()
          waiting = coroutine.running()
          same(true, (ask(self, "key")))
          self:wake "done"
        end)
        self:sleep(1)
        refused("a task of the host's", coroutine.resume, waiting)
        refused("a task of the host's", coroutine.close, waiting)
        same(1, self:wake "key")
        same(true, (ask(self, "done")))
        local own = coroutine.create(function(...) return coroutine.yield(...) end)
        local ok, a, b = coroutine.resume(own, 1, 2)
        same(true, ok) same(1, a) same(2, b)
        same(true, coroutine.close(own))
      end }]]
  end)

  it("belongs to its self: a part's keys are its own", function()
    role.run([[
      return {
        parts = { part = { PART } },
        main = function(self)
          self:sleep(1)
          same(0, self:wake "key")
          self.part:wake_up()
          self:sleep(1)
          same(true, self.part.done)
        end,
      }]], { PART = [[
      local part = { state = { done = false } }
      function part.main(self)
        self.done = ask(self, "key")
      end
      function part.wake_up(self) same(1, self:wake "key") end
      return part]] })
  end)

  it("that is spawned gets self, whether it is a function or a method", function()
    assert.same({ "work", 1, 2, "fn", 3 }, { role.run [[
      local role = { state = { got = {} } }
      function role.work(self, ...)
        for _, each in ipairs { "work", ... } do table.insert(self.got, each) end
      end
      function role.main(self)
        self:spawn("work", 1, 2)
        self:spawn(function(same_self, value)
          same(self, same_self)
          table.insert(self.got, "fn") table.insert(self.got, value)
        end, 3)
        refused("no method 'absent'", self.spawn, self, "absent")
        self:sleep(1)
        return table.unpack(self.got)
      end
      return role]] })
  end)

  it("keeps its traceback away from others: each fails alone", function()
    local node = role.start [[
      return { main = function(self)
        self:spawn(function() error "one fails" end)
        self:spawn(function() ask(self, "key") print "another goes on" end)
        self:sleep(10)
        self:wake "key"
        self:sleep(10)
      end }]]
    node:line "one fails"
    node:line "another goes on"
    assert.equal(0, (node:wait()))
  end)
end)

describe("time", function()
  after_each(helper.cleanup)

  it("is in milliseconds: for sleep, wait, recv, timers, now and wall", function()
    role.run [[
      return {
        sockets = { nobody = { "pull", bind = "inproc://nobody" } },
        timers = { tick = 50 },
        state = { ticks = 0 },
        on = { tick = function(self) self.ticks = self.ticks + 1 end },
        main = function(self)
          local function takes(ms, fn, ...)
            local began, walled = self:now(), self:wall()
            fn(...)
            local took, walked = self:now() - began, self:wall() - walled
            if took < ms or took > ms + 2000 then error("took " .. took) end
            if walked < ms - 5 or walked > ms + 2000 then error("by the wall " .. walked) end
          end
          takes(60, self.sleep, self, 60)
          takes(60, self.wait, self, "never", 60)
          takes(60, self.nobody.recv, self.nobody, 60)
          if self.ticks < 2 or self.ticks > 100 then error("ticked " .. self.ticks) end
          same("integer", math.type(self:now()))
        end,
      }]]
  end)

  it("that is negative, or no time at all, is refused", function()
    role.run [[
      return { sockets = { nobody = { "pull" } }, main = function(self)
        refused("negative", self.sleep, self, -1)
        refused("number expected", self.sleep, self)
        refused("negative", self.wait, self, "key", -1)
        refused("negative", self.nobody.recv, self.nobody, -1)
      end }]]
  end)
end)

describe("waiting is refused", function()
  after_each(helper.cleanup)

  local function elsewhere(name, call)
    it("in " .. name, function()
      local text = [[
        return {
          sockets = { nobody = { "pull", bind = "inproc://nobody" },
                      full = { "push", bind = "inproc://full" } },
          main = function(self)
            local waits = {
              function() self:sleep(1) end,
              function() self:wait "key" end,
              function() self.nobody:recv() end,
              function() self.nobody:recv(10) end,
              function() self.full:send "x" end,
            }
            for _, wait in ipairs(waits) do
              refused("cannot wait here", function() CALL end)
            end
            self:sleep(1) -- and here it still can
          end,
        }]]
      role.run((text:gsub("CALL", function() return call end)))
    end)
  end

  elsewhere("a coroutine of the script's own", "assert(coroutine.resume(coroutine.create(wait)))")
  elsewhere("a wrapped coroutine", "coroutine.wrap(wait)()")
  elsewhere("a sort", "table.sort({ 2, 1 }, wait)")
  elsewhere("a gsub", "(string.gsub('x', 'x', wait))()")
  elsewhere("a module that is required",
    "package.preload.waiter = wait package.loaded.waiter = nil require 'waiter'")
  elsewhere("a finalizer", [[
    local reason
    setmetatable({}, { __gc = function() _, reason = pcall(wait) end })
    collectgarbage()
    error(reason)]])

  it("in a guard, which then says no", function()
    local node = role.start [[
      return {
        sockets = { a = { "pull", bind = "inproc://a", when = function(self) self:sleep(1) end },
                    b = { "push", connect = "inproc://a" } },
        on = { a = function() print "read" end },
        main = function(self) self.b:send "x" self:sleep(20) end,
      }]]
    node:line "cannot wait here"
    assert.equal(0, (node:wait()))
    assert.same({}, node.stdout)
  end)

  it("in a <close> that the host runs, and its node still ends", function()
    local node = role.start [[
      return { main = function(self)
        self:spawn(function()
          local guard <close> = setmetatable({}, { __close = function()
            print(pcall(self.sleep, self, 1))
          end })
          self:wait "never"
        end)
        self:sleep(1)
      end }]]
    node:line "^false.*cannot wait here"
    assert.equal(0, (node:wait()))
  end)

  it("but not in a <close> that the script runs", function()
    role.run [[
      return { main = function(self)
        do
          local guard <close> = setmetatable({}, { __close = function() self:sleep(1) end })
        end
        same(true, pcall(self.sleep, self, 1)) -- nor under pcall
        for _ in function() self:sleep(1) end do end -- nor in an iterator
      end }]]
  end)

  it("as a bare yield, which nobody would resume", function()
    role.run [[
      return { main = function(self)
        refused("outside a coroutine", coroutine.yield)
        same(7, coroutine.wrap(function() coroutine.yield(7) end)())
      end }]]
  end)
end)
