--- Memory that is refused: each request in turn, while a node loads and while it works.
local helper = require "spec.helper"
local role = require "spec.role"
local sloop = require "sloop"

local open = assert(package.loadlib("build/asan/spec/host.so", "luaopen_host"))
local host = open()

describe("the heap of timers", function()
  it("gives the earliest first, equal ones in the order of setting, as a list would", function()
    host.timers(200000)
  end)
end)

describe("the pool of memory", function()
  it("gives blocks that nobody else has, keeps their bytes, and uses them again", function()
    host.pool(200000)
  end)
end)

describe("a request for memory that is refused", function()
  after_each(helper.cleanup)

  local function entry(text)
    return sloop.core.pack {
      role = role.write(text), name = "spec", entry = {}, args = {}, strict = false,
    }
  end

  it("costs a loading node no more than its start, with a reason", function()
    local packed = entry [[
      return {
        options = { word = "x" }, state = { list = { 1, 2 } },
        sockets = { a = { "pull", bind = "inproc://a" } }, timers = { tick = 10 },
        on = { a = function() end, tick = function() end },
        main = function(self) self:note "disarm" end,
      }]]
    local status, total = host.run(packed, -1, true)
    assert.equal(0, status)
    local failed = 0
    for n = 1, total, total // 400 do
      local ended, _, reason = host.run(packed, n, true)
      if ended ~= 0 then
        failed = failed + 1
        assert.truthy(reason == "" or reason:find "memory", reason)
      end
    end
    assert.is_true(failed > 50, "only " .. failed)
  end)

  it("costs a working node one event or its end, and no memory, whichever it is", function()
    local packed = entry [[
      local role = {
        state = { pool = {} },
        sockets = {
          rep = { "rep", bind = "inproc://rep" }, req = { "req", connect = "inproc://rep" },
          a = { "pair", bind = "inproc://a", parallel = 2, when = function() return true end },
          b = { "pair", connect = "inproc://a" },
        },
        on = {},
      }
      function role.on.rep(self, what, ...)
        if what == "fail" then error { "no text" } end
        if what == "wait" then self:sleep(0) end
        return what, ...
      end
      function role.on.a(self, text) self:sleep(0) self:wake("a", text .. "!") end
      local function work(self)
        for _, what in ipairs { "now", "wait", "fail" } do
          self.req:send(what, ("x"):rep(20), ("y"):rep(10000))
          if not self.req:recv(30) then self.req:reopen() end
        end
        self.b:send "x"
        self:wait("a", 20)
        self:spawn(function() self:wake("key", 1, 2, {}) end)
        self:wait("key", 20)
        local socket <close> = self:open { "sub", subscribe = { "a", "b" }, bind = "inproc://s" }
        self:log("%s and %d", "text", 3)
        self:uuid()
        table.insert(self.pool, self:open { "push", connect = "inproc://s" })
      end
      function role.main(self)
        work(self)
        collectgarbage() collectgarbage "stop"
        self:note "arm"
        pcall(work, self)
        self:note "disarm"
        work(self)
      end
      return role]]
    local status, total = host.run(packed, -1)
    assert.equal(0, status)
    assert.is_true(total > 20, "only " .. total)
    for n = 1, total do
      status = host.run(packed, n)
      assert.is_true(status == 0 or status == 1)
    end
  end)
end)
