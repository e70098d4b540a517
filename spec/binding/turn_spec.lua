--- The order of a turn: one handler at a time, guards, bursts, tasks, timers.
local helper = require "spec.helper"
local role = require "spec.role"

describe("a source", function()
  after_each(helper.cleanup)

  it("has one handler at a time, and keeps the order, while others go on", function()
    role.run [[
      return {
        state = { busy = 0, got = {}, other = 0 },
        sockets = {
          a = { "pair", bind = "inproc://a" }, b = { "pair", connect = "inproc://a" },
          c = { "pair", bind = "inproc://c" }, d = { "pair", connect = "inproc://c" },
        },
        on = {
          a = function(self, number)
            self.busy = self.busy + 1
            same(1, self.busy)
            self:sleep(2)
            self.busy = self.busy - 1
            table.insert(self.got, number)
            if #self.got == 10 then self:wake "all" end
          end,
          c = function(self) if self.busy > 0 then self.other = self.other + 1 end end,
        },
        main = function(self)
          for i = 1, 10 do self.b:send(tostring(i)) end
          for _ = 1, 5 do self:sleep(1) self.d:send "x" end
          ask(self, "all")
          same("1 2 3 4 5 6 7 8 9 10", table.concat(self.got, " "))
          if self.other == 0 then error "the other source had to wait" end
        end,
      }]]
  end)

  it("with parallel has so many handlers at once, and no more", function()
    role.run [[
      return {
        state = { busy = 0, most = 0, done = 0 },
        sockets = { a = { "pair", bind = "inproc://a", parallel = 3 },
                    b = { "pair", connect = "inproc://a" } },
        on = { a = function(self)
          self.busy = self.busy + 1
          self.most = math.max(self.most, self.busy)
          self:sleep(2)
          self.busy = self.busy - 1
          self.done = self.done + 1
          if self.done == 12 then self:wake "all" end
        end },
        main = function(self)
          for _ = 1, 12 do self.b:send "x" end
          ask(self, "all")
          same(3, self.most)
        end,
      }]]
  end)

  it("that is not read pushes back: its peer's send waits", function()
    role.run [[
      return {
        state = { sent = 0, read = 0 },
        sockets = { a = { "pull", bind = "inproc://a", rcvhwm = 2 },
                    b = { "push", connect = "inproc://a", sndhwm = 2 } },
        on = { a = function(self)
          if self.read == 0 then ask(self, "go on") end
          self.read = self.read + 1
        end },
        main = function(self)
          self:spawn(function()
            for _ = 1, 100 do self.b:send "x" self.sent = self.sent + 1 end
            self:wake "sent"
          end)
          self:sleep(30)
          if self.sent > 8 then error(self.sent .. " were sent, and nobody read") end
          same(1, self:wake "go on")
          ask(self, "sent")
        end,
      }]]
  end)

  it("that is a timer or signal does not begin again while its handler waits", function()
    role.run [[
      return {
        state = { ticks = 0, busy = 0 },
        timers = { tick = 2 },
        on = { tick = function(self)
          self.busy, self.ticks = self.busy + 1, self.ticks + 1
          same(1, self.busy)
          self:sleep(20)
          self.busy = self.busy - 1
        end },
        main = function(self)
          self:sleep(100)
          if self.ticks < 2 or self.ticks > 6 then error(self.ticks .. " ticks") end
        end,
      }]]
  end)
end)

describe("code between two waits", function()
  after_each(helper.cleanup)

  it("is atomic: nothing else runs in it, however long it takes", function()
    role.run [[
      return {
        state = { inside = false },
        timers = { tick = 1 },
        sockets = { a = { "pair", bind = "inproc://a" }, b = { "pair", connect = "inproc://a" } },
        on = {
          tick = function(self) same(false, self.inside) end,
          a = function(self) same(false, self.inside) end,
        },
        main = function(self)
          for _ = 1, 10 do
            self.inside = true
            self:spawn(function() same(false, self.inside) end)
            self:wake "nobody"
            self.b:send "x"
            local stop = self:now() + 5
            while self:now() < stop do end
            self.inside = false
            self:sleep(1)
          end
        end,
      }]]
  end)
end)

describe("handlers and methods", function()
  after_each(helper.cleanup)

  it("are looked up by name at each call", function()
    role.run [[
      local role = {
        state = { got = "" },
        sockets = { a = { "pair", bind = "inproc://a" }, b = { "pair", connect = "inproc://a" } },
        timers = { tick = 1 },
        on = {},
      }
      function role.method() return "old" end
      function role.on.a(self) self.got = self.got .. "1" self:wake "a" end
      function role.on.tick() end
      function role.main(self)
        local method = function() return self:method() end
        same("old", method())
        self.b:send "x" ask(self, "a")
        function role.method() return "new" end
        function role.on.a(self) self.got = self.got .. "2" self:wake "a" end
        function role.on.tick(self) self:wake "tick" end
        same("new", method())
        self.b:send "x" ask(self, "a")
        same(true, (ask(self, "tick")))
        same("12", self.got)
      end
      return role]]
  end)
end)

describe("a guard", function()
  after_each(helper.cleanup)

  it("is asked before each message, and again after what may have changed it", function()
    role.run [[
      return {
        state = { room = 2, got = 0, asked = 0 },
        sockets = {
          a = { "pull", bind = "inproc://a", when = function(self)
            self.asked = self.asked + 1
            return self.room > 0
          end },
          b = { "push", connect = "inproc://a" },
        },
        on = { a = function(self) self.room, self.got = self.room - 1, self.got + 1 end },
        main = function(self)
          for _ = 1, 10 do self.b:send "x" end
          self:sleep(10)
          same(2, self.got)
          for i = 3, 10 do
            self.room = 1
            self:sleep(5)
            same(i, self.got)
          end
          self.room = 5
          self:sleep(5)
          local asked = self.asked
          self:sleep(50)
          if self.asked > asked + 5 then error "it is asked though nothing happens" end
        end,
      }]]
  end)

  it("leaves other sources alone, and messages in the queue", function()
    role.run [[
      return {
        state = { ready_now = false, got = {} },
        sockets = {
          work = { "pull", bind = "inproc://w", when = function(self) return self.ready_now end },
          ready = { "pull", bind = "inproc://r" },
          to_work = { "push", connect = "inproc://w" },
          to_ready = { "push", connect = "inproc://r" },
        },
        on = {
          work = function(self, x) table.insert(self.got, x) self:wake "got" end,
          ready = function(self) table.insert(self.got, "ready") self.ready_now = true end,
        },
        main = function(self)
          self.to_work:send "1" self.to_work:send "2"
          self:sleep(5)
          same(0, #self.got)
          self.to_ready:send ""
          ask(self, "got")
          self:sleep(5)
          same("ready 1 2", table.concat(self.got, " "))
        end,
      }]]
  end)

  it("that raises says no, and is logged once", function()
    local node = role.start [[
      return {
        state = { fails = true },
        sockets = {
          a = { "pull", bind = "inproc://a", when = function(self)
            if self.fails then error "guard fails" end
            return true
          end },
          b = { "push", connect = "inproc://a" },
        },
        timers = { tick = 1 },
        on = { a = function(self) self:wake "a" end, tick = function() end },
        main = function(self)
          self.b:send "x"
          self:sleep(50)
          self.fails = false
          print(ask(self, "a"))
        end,
      }]]
    assert.equal(0, (node:wait()))
    assert.same({ "true" }, node.stdout)
    local times = 0
    for _, line in ipairs(node.stderr) do times = times + (line:find "guard fails" and 1 or 0) end
    assert.is_true(times >= 1 and times <= 2, table.concat(node.stderr, "\n"))
  end)
end)

describe("a turn", function()
  after_each(helper.cleanup)

  it("reads at most 100 messages of a socket, then the next socket's", function()
    role.run [[
      local first, longest, run, last = nil, 0, 0, nil
      local function on(name) return function(self)
        run = last == name and run + 1 or 1
        last = name
        longest = math.max(longest, run)
        self.left = self.left - 1
        if self.left == 0 then self:wake "all" end
      end end
      return {
        state = { left = 1000 },
        sockets = {
          a = { "pull", bind = "inproc://a" }, c = { "pull", bind = "inproc://c" },
          b = { "push", connect = "inproc://a" }, d = { "push", connect = "inproc://c" },
        },
        on = { a = on "a", c = on "c" },
        main = function(self)
          for _ = 1, 500 do self.b:send "x" self.d:send "x" end
          ask(self, "all")
          if longest < 50 or longest > 200 then error("a run of " .. longest) end
        end,
      }]]
  end)

  it("reads, then runs woken tasks, then timers that are due", function()
    assert.equal("message,message,woken,timer", role.run [[
      local order = {}
      return {
        sockets = { a = { "pull", bind = "inproc://a" }, b = { "push", connect = "inproc://a" } },
        on = { a = function(self)
          table.insert(order, "message")
          self:wake "task"
        end },
        main = function(self)
          self:spawn(function() ask(self, "task") table.insert(order, "woken") end)
          self:spawn(function()
            self:sleep(50)
            table.insert(order, "timer")
            self:wake "all"
          end)
          self:sleep(1)
          self.b:send "x" self.b:send "x"
          local stop = self:now() + 60
          while self:now() < stop do end -- the timer is due, and the messages are there
          ask(self, "all")
          return table.concat(order, ",")
        end,
      }]])
  end)

  it("judges silence after reading: what had arrived is heard before a timer", function()
    role.run [[
      return {
        state = { heard = 0, sent = 0, judging = false },
        sockets = { a = { "pull", bind = "inproc://a" }, b = { "push", connect = "inproc://a" } },
        timers = { judge = 10 },
        on = {
          a = function(self) self.heard = self.heard + 1 end,
          judge = function(self)
            if not self.judging then return end
            same(self.sent, self.heard)
            self:wake "judged"
          end,
        },
        main = function(self)
          for i = 1, 20 do
            self.sent = i
            self.b:send "x"
            self.judging = true
            local stop = self:now() + 15
            while self:now() < stop do end -- the timer falls due in it
            ask(self, "judged")
          end
        end,
      }]]
  end)

  it("goes on to timers though a task receives without end", function()
    role.run [[
      return {
        state = { ticks = 0 },
        sockets = { a = { "pair", bind = "inproc://a" }, b = { "pair", connect = "inproc://a" } },
        timers = { tick = 5 },
        on = { tick = function(self)
          self.ticks = self.ticks + 1
          if self.ticks == 5 then self:stop() end
        end },
        main = function(self)
          local stop = self:now() + 5000
          while self:now() < stop do self.b:send "x" self.a:recv() end
          error "nothing else had a turn"
        end,
      }]]
  end)

  it("does not make up for ticks that were late", function()
    role.run [[
      return {
        state = { ticks = 0 },
        timers = { tick = 10 },
        on = { tick = function(self) self.ticks = self.ticks + 1 end },
        main = function(self)
          local stop = self:now() + 100
          while self:now() < stop do end
          self:sleep(1)
          if self.ticks > 2 then error(self.ticks .. " ticks") end
        end,
      }]]
  end)

  it("takes timers by their deadlines, equal ones by the order they were set", function()
    assert.equal("1,2,3,4,5,6", role.run [[
      local order = {}
      return { main = function(self)
        local naps = { { 3, 20 }, { 5, 30 }, { 1, 10 }, { 4, 20 }, { 6, 30 }, { 2, 10 } }
        for _, each in ipairs(naps) do
          self:spawn(function() self:sleep(each[2]) table.insert(order, each[1]) end)
        end
        self:sleep(60)
        return table.concat(order, ",")
      end }]])
  end)
end)
