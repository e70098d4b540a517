--- Errors in handlers: one event is lost, the node goes on; and memory that runs out.
local helper = require "spec.helper"
local role = require "spec.role"
local sloop = require "sloop"

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
    local again = count(node.stderr, " more times? in %d+ s$") -- on a slow machine
    assert.equal(7, count(node.stderr, "^[%d:.]+ spec: error: ") - again, lines)
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

describe("an error that no line of Lua raised", function()
  after_each(helper.cleanup)

  local ROLE <const> = [[return {
    sockets = {
      number = { "rep", bind = "inproc://number" }, other = { "rep", bind = "inproc://other" },
      none = { "rep", bind = "inproc://none" }, late = { "rep", bind = "inproc://late" },
    },
    timers = { tick = 5 },
    on = {
      number = function() return 5 end,
      other = function() return {} end,
      none = function() end,
      late = function(self) self:sleep(1) end,
      tick = string.format,
    },
    main = function(self)
      for _ = 1, 2 do
        for _, name in ipairs { "number", "other", "none", "late" } do
          local asker <close> = self:open { "req", connect = "inproc://" .. name }
          asker:send "x"
          same("", asker:recv(10000))
        end
      end
      self:sleep(20)
      print "done"
    end,
  }]]

  it("names its handler and where that is defined, and each handler's is logged", function()
    local node = role.start(ROLE)
    assert.equal(0, (node:wait()), table.concat(node.lines, "\n"))
    local log = table.concat(node.stderr, "\n")
    for _, wanted in ipairs {
      "role.lua:9: on.number: frame 1 is a number, not a string",
      "role.lua:10: on.other: frame 1 is a table, not a string",
    } do
      assert.equal(1, count(node.stderr, wanted), log)
    end
    assert.equal(1, count(node.stderr, "error: on.tick: bad argument"), log)
  end)

  it("answers a request whose handler sent no reply, and says so once", function()
    local node = role.start(ROLE)
    assert.equal(0, (node:wait()), table.concat(node.lines, "\n"))
    local log = table.concat(node.stderr, "\n")
    assert.equal(1, count(node.stderr, "role.lua:11: on.none returned no reply and sent none"), log)
    assert.equal(1, count(node.stderr, "role.lua:12: on.late returned no reply and sent none"), log)
  end)

  it("has its line in the reason of an end", function()
    for text, reason in pairs {
      ["error { code = 5 }"] = "error object is a table value",
      ["self:log('%d', {})"] = "bad argument",
    } do
      local node = role.start(("return { main = function(self)\n%s end }"):format(text))
      assert.equal(1, (node:wait()))
      local last = node.stderr[#node.stderr]
      assert.truthy(last:find("role.lua:3: .*" .. reason), last)
    end
  end)
end)

describe("an error that is repeated", function()
  after_each(helper.cleanup)

  it("is logged again as a number of times, at growing intervals", function()
    local result = assert(sloop.sim({
      nodes = { node = { role.write [[return {
        timers = { tick = 1000 },
        on = { tick = function() error "again" end },
        main = function(self) self:sleep(200000) end,
      }]] } },
      faults = false, duration = 300000, quiet = 0,
    }, { seed = 1 }))
    local lines = {}
    for _, event in ipairs(result.history) do
      if event.kind == "log" then
        table.insert(lines, (event.text:gsub("\n.*", ""):gsub("^.*role.lua:", "")))
      end
    end
    assert.same({ "4: again", "4: 9 more times in 10 s", "4: 60 more times in 60 s" }, lines)
  end)
end)
