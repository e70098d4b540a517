--- A reload that fails changes nothing, and says why.
local helper = require "spec.helper"
local reloading = require "spec.reloading"
local uv = require "luv"

local SERVER <const> = [[
local greet = require "greet"
return {
  state = { count = 0 },
  sockets = { clients = { "rep", bind = "tcp://127.0.0.1:*" } },
  timers = { beat = 10 },
  on = {
    clients = function(self, text) return greet.word .. " " .. text end,
    beat = function(self) self.count = self.count + 1 end,
  },
  greet = function(self) return greet.word end,
}]]

local function start(options)
  return reloading.start({ ["node.lua"] = SERVER, ["greet.lua"] = "return { word = 'hello' }" },
    options)
end

local function changed(from, to)
  local text, count = SERVER:gsub(from:gsub("%p", "%%%0"), (to:gsub("%%", "%%%%")))
  assert(count > 0, from)
  return text
end

describe("a reload is refused, and the old code goes on, for", function()
  local node
  after_each(helper.cleanup)

  -- Refused with this reason, on stderr too; the node is as it was, and takes good code later.
  local function refused(pattern, answer)
    assert.is_false(answer.ok)
    assert.matches(pattern, answer.reason)
    node:line("reload refused, the old code goes on: .*" .. pattern)
    local status = node:status()
    assert.equal(1, status.generation)
    assert.equal(1, status.reloads.refused)
    assert.matches(pattern, status.reloads.reason)
    assert.equal('"hello"', node:eval "self:greet()")
    node:wait_for("self.count > %s", node:eval "self.count")
    node:accept(changed("self.count + 1", "self.count + 2"))
    assert.equal(2, node:status().generation)
  end

  before_each(function() node = start() end)

  it("a syntax error", function()
    refused("node%.lua:3: .*expected", node:change(changed("state = {", "state = = {")))
  end)

  it("an error while it is loaded", function()
    refused("node%.lua:1: no luck", node:change("error 'no luck'"))
  end)

  it("a syntax error in a module", function()
    node:write("greet.lua", "return {\n word = \n}")
    local answer = node:reload()
    node:write("greet.lua", "return { word = 'hello' }")
    refused("greet%.lua:3: unexpected symbol", answer)
  end)

  it("a module that is not there any more", function()
    os.remove(node.folder .. "/greet.lua")
    local answer = node:reload()
    node:write("greet.lua", "return { word = 'hello' }")
    refused("module 'greet' not found", answer)
  end)

  it("a file that is not there any more", function()
    os.remove(node.folder .. "/node.lua")
    refused("no such file: node%.lua", node:reload())
  end)

  it("a file that can't be read", function()
    os.remove(node.folder .. "/node.lua")
    assert(uv.fs_mkdir(node.folder .. "/node.lua", 493))
    local answer = node:reload()
    assert(uv.fs_rmdir(node.folder .. "/node.lua"))
    refused("node%.lua", answer)
  end)

  it("a file that returns nothing", function() refused("role is a table", node:change "") end)

  it("a mistake in the declaration", function()
    refused("node%.lua:4: .*'rpe'.*'rep'", node:change(changed('"rep"', '"rpe"')))
  end)

  it("a handler without a source", function()
    refused("node%.lua:%d+: .*client",
      node:change(changed("clients = function", "client = function")))
  end)

  it("two things of one name", function()
    refused("node%.lua:5: 'clients' is both a timer and a socket",
      node:change(changed("timers = { beat = 10 }", "timers = { clients = 10 }")))
  end)

  it("an endpoint that can't be bound", function()
    refused("node%.lua: socket 'clients' can't bind tcp://1%.2%.3%.4:5", node:change(
      changed("tcp://127.0.0.1:*", "tcp://1.2.3.4:5")))
  end)

  it("an endpoint that somebody else has, and the socket stays where it was", function()
    local bound = node:eval "self.clients.endpoint"
    local tcp = uv.new_tcp()
    assert(tcp:bind("127.0.0.1", 0))
    assert(tcp:listen(1, function() end))
    local port = tcp:getsockname().port
    local answer = node:change(changed("tcp://127.0.0.1:*", "tcp://127.0.0.1:" .. port))
    tcp:close()
    assert.equal(bound, node:eval "self.clients.endpoint")
    refused("can't bind .*: address already in use", answer)
  end)

  it("a new socket that can't be bound, after others were opened", function()
    refused("socket 'z' can't bind", node:change(changed("sockets = {",
      [[sockets = { a = { "pub", bind = "tcp://127.0.0.1:*" },
                    z = { "pub", bind = "tcp://1.2.3.4:5" }, ]])))
    assert.equal("nil", node:eval "self.a")
  end)

  it("an option libzmq does not take", function()
    refused("'sndhwm' must be from 0", node:change(changed('"rep",', '"rep", sndhwm = -7,')))
  end)

  it("an endless loop", function()
    refused("node%.lua:%d+: takes too long", node:change "while true do end")
  end)

  it("an endless loop in a pcall", function()
    refused("too long", node:change "while true do pcall(function() while true do end end) end")
  end)

  it("an endless loop in a coroutine", function()
    refused("too long", node:change "coroutine.wrap(function() while true do end end)()")
  end)

  it("an endless recursion", function()
    refused("node%.lua:1: .*overflow", node:change "local function f() return 1 + f() end f()")
  end)

  it("waiting while it is loaded", function()
    refused("yield", node:change "coroutine.yield()")
  end)

  it("a section that fails", function()
    refused("node%.lua:%d+: .*no ports left", node:change(changed("timers = { beat = 10 }",
      "timers = function() error 'no ports left' end")))
  end)

  it("a part that is not there", function()
    refused("nobody", node:change(changed("timers", "parts = { p = { 'nobody' } }, timers")))
  end)

  it("a part whose init fails", function()
    node:write("part.lua", "return { init = function() error 'not today' end }")
    refused("part%.lua:1: not today",
      node:change(changed("timers", "parts = { p = { 'part.lua' } }, timers")))
    assert.equal("nil", node:eval "self.p")
  end)

  it("a part whose init never ends", function()
    node:write("part.lua", "return { init = function() while true do pcall(error) end end }")
    refused("too long", node:change(changed("timers", "parts = { p = { 'part.lua' } }, timers")))
  end)
end)

describe("a change of version is refused", function()
  local node
  after_each(helper.cleanup)
  before_each(function()
    node = reloading.start {
      ["node.lua"] = "return { state = { list = { 1, 2 }, n = 5 }, migrate = function() end }",
    }
  end)

  local function refused(pattern, migrate)
    local answer = node:change("return { version = 2, state = { total = 0 }" .. migrate .. " }")
    assert.is_false(answer.ok)
    assert.matches(pattern, answer.reason)
    assert.matches("^node%.lua", answer.reason)
    assert.equal("2", node:eval "#self.list")
    assert.equal("5", node:eval "self.n")
    assert.equal("1", node:eval "self.list[1]")
  end

  it("without migrate", function()
    refused("version was 1 and is now 2, but there is no 'migrate'", "")
  end)

  it("when migrate raises", function()
    refused("node%.lua:1: can't", ", migrate = function(old) old.list[1] = 9 error \"can't\" end")
  end)

  it("when migrate returns nothing", function()
    refused("migrate returned a nil", ", migrate = function() end")
  end)

  it("when migrate returns a field that is not declared", function()
    refused("field 'n'", ", migrate = function() return { n = 1 } end")
  end)

  it("when migrate returns what is not plain", function()
    refused("migrate%(%.%.%.%).total is a function",
      ", migrate = function() return { total = print } end")
  end)

  it("when migrate never ends", function()
    refused("too long", ", migrate = function() while true do end end")
  end)

  it("not when the state is deep", function()
    node:eval [[(function()
      local at = self.list
      for _ = 1, 300000 do at.next = {} at = at.next end
    end)()]]
    node:accept [[return { state = { list = {}, n = 0 }, version = 2,
      migrate = function(old) return { list = old.list, n = old.n } end }]]
    assert.equal("5", node:eval "self.n")
    assert.equal("300000", node:eval [[(function()
      local at, count = self.list, 0
      while at.next do at, count = at.next, count + 1 end
      return count
    end)()]])
  end)

  it("when migrate waits", function()
    refused("wait", ", migrate = function() coroutine.yield() end")
  end)
end)

describe("a reload of a file without an option that was given at the start", function()
  after_each(helper.cleanup)

  it("is refused, and says how to go on", function()
    local node = reloading.start({ ["node.lua"] = "return { options = { rate = 1 }, on = {} }" },
      { arguments = { "--rate=5" } })
    local answer = node:change "return { options = { speed = 1 }, on = {} }"
    assert.is_false(answer.ok)
    assert.equal("no option 'rate'; it was given when the node was started: declare it again, "
      .. "or start the node without it", answer.reason)
    assert.is_true(node:change("return { options = { rate = 2 }, on = {} }").ok)
    assert.equal("5", node:eval "self.options.rate")
  end)
end)
