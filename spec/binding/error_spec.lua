--- Errors in handlers: one event is lost, the node goes on; and memory that runs out.
local helper = require "spec.helper"
local role = require "spec.role"

local function count(lines, pattern)
  local times = 0
  for _, line in ipairs(lines) do times = times + (line:find(pattern) and 1 or 0) end
  return times
end

describe("an error in a handler", function()
  after_each(helper.cleanup)

  local KINDS <const> = [[
    local kinds = {
      text = function() error "in words" end,
      table = function() error { code = 1 } end,
      null = function() error(nil) end,
      failing = function() error(setmetatable({}, { __tostring = function() error "no" end })) end,
      strange = function() error(setmetatable({}, { __tostring = function() return {} end })) end,
      deep = function() local function f() return 1 + f() end f() end,
      thread = function() error(coroutine.running()) end,
    }
    local role = {
      sockets = { a = { "pull", bind = "inproc://a" }, b = { "push", connect = "inproc://a" } },
      on = {},
    }
    function role.on.a(self, kind)
      if kind == "last" then self:stop() end
      local guard <close> = setmetatable({}, { __close = function() print("closed " .. kind) end })
      if kind:find "^later" then self:sleep(1) kind = kind:match " (.*)" end
      kinds[kind]()
    end
    function role.main(self)
      for kind in pairs(kinds) do
        for _ = 1, 3 do self.b:send(kind) self.b:send("later " .. kind) end
      end
      self.b:send "last"
      self:sleep(15000)
    end
    return role]]

  it("costs one event, whatever is raised, and is logged once for its place", function()
    local node = role.start(KINDS, nil, { "--handler-warn=0" })
    assert.equal(0, (node:wait()), table.concat(node.lines, "\n"))
    assert.equal(7 * 6, count(node.stdout, "^closed"))
    assert.equal(1, count(node.stderr, "in words"))
    local lines = table.concat(node.stderr, "\n")
    assert.equal(7, count(node.stderr, "^[%d:.]+ spec: error: "), lines)
    assert.equal(7, count(node.stderr, "stack traceback"), lines)
    assert.truthy(lines:find "error object is a nil value", lines)
    assert.truthy(lines:find "role.lua:%d+: in words")
    assert.truthy(lines:find "stack overflow")
  end)

  it("ends a strict node with exit status 1 and the reason", function()
    local node = role.start(KINDS, nil, { "--strict" })
    assert.equal(1, (node:wait()))
    assert.truthy(node.stderr[#node.stderr]:find "^sloop: ", node.stderr[#node.stderr])
  end)

  it("raised in a timer, a signal, a spawned task or a <close> costs only that", function()
    local node = role.start [[
      return {
        timers = { tick = 2 },
        on = {
          tick = function() error "in a timer" end,
          SIGUSR1 = function(self) self:wake "signal" error "in a signal" end,
        },
        main = function(self)
          self:spawn(function() error "in a task" end)
          self:spawn(function()
            local guard <close> = setmetatable({}, { __close = function() error "in a close" end })
            self:sleep(1)
          end)
          print "ready"
          ask(self, "signal")
          self:sleep(20)
        end,
      }]]
    node:line "ready"
    node:signal "sigusr1"
    assert.equal(0, (node:wait()))
    for _, place in ipairs { "timer", "signal", "task", "close" } do
      assert.equal(1, count(node.stderr, "error: .*in a " .. place), place)
    end
  end)
end)

describe("memory that runs out in a handler", function()
  after_each(helper.cleanup)

  it("costs that event, and the next one is served", function()
    local node = role.start([[
      return {
        sockets = { rep = { "rep", bind = "inproc://a" }, req = { "req", connect = "inproc://a" } },
        on = { rep = function(_, what)
          if what == "too much" then return ("x"):rep(1 << 28) end
          return "fine"
        end },
        main = function(self)
          for _ = 1, 20 do
            self.req:send "too much"
            same("", (self.req:recv(5000)))
            self.req:send "a little"
            same("fine", (self.req:recv(5000)))
          end
        end,
      }]], nil, nil, { ASAN_OPTIONS = "allocator_may_return_null=1:max_allocation_size_mb=64" })
    assert.equal(0, (node:wait()), table.concat(node.lines, "\n"))
    assert.equal(1, count(node.stderr, "not enough memory"))
  end)
end)
