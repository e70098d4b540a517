--- Code that never comes to its end, wherever it is: reported, cut into slices, and ended.
local helper = require "spec.helper"
local role = require "spec.role"
local up = require "spec.up"
local uv = require "luv"

-- Ways to loop, by name; and which of them are cut into slices.
local KINDS <const> = [[
local function nothing() end
local function loop() while true do end end
local function pcalls() while true do pcall(nothing) end end
local function with(event, act) return setmetatable({}, { [event] = act or loop }) end
local function deep() return 1 + deep() end

local kinds = {
  plain = loop,
  ["goto"] = function() ::again:: goto again end,
  pcall = function() while true do pcall(loop) end end,
  ["pcall of nothing"] = pcalls,
  xpcall = function() while true do xpcall(loop, loop) end end,
  ["a handler of xpcall"] = function() xpcall(error, loop) end,
  ["handlers of xpcall"] = function() while true do xpcall(error, pcalls) end end,
  ["a tail call"] = function() local function again() return again() end again() end,
  ["stack overflows"] = function() while true do pcall(deep) end end,
  wrap = function() coroutine.wrap(loop)() end,
  ["wrap in wrap"] = function()
    local function within(n) if n == 0 then loop() end coroutine.wrap(within)(n - 1) end
    within(20)
  end,
  resume = function() while true do coroutine.resume(coroutine.create(loop)) end end,
  yields = function() for _ in coroutine.wrap(function()
    while true do coroutine.yield(1) end
  end) do end end,
  __index = function() return with("__index").x end,
  __concat = function() return with "__concat" .. "x" end,
  __close = function() local _ <close> = with "__close" end,
  ["C calls"] = function() while true do (("a"):rep(20)):find(("a-"):rep(4) .. "b") end end,

  sort = function() table.sort({ 1, 2, 3 }, loop) end,
  ["pcall in sort"] = function() while true do pcall(table.sort, { 1, 2, 3 }, pcalls) end end,
  ["xpcall in sort"] = function()
    table.sort({ 1, 2, 3 }, function() while true do xpcall(error, loop) end end)
  end,
  ["sort in wrap"] = function()
    while true do pcall(coroutine.wrap(function() table.sort({ 1, 2, 3 }, loop) end)) end
  end,
  gsub = function() while true do pcall(string.gsub, "abc", ".", pcalls) end end,
  tostring = function() tostring(with "__tostring") end,
  load = function() load(loop) end,
  require = function()
    package.preload.loop = loop
    while true do pcall(require, "loop") end
  end,
  ["coroutine.close"] = function()
    while true do
      local thread = coroutine.create(function()
        local _ <close> = with("__close", pcalls)
        coroutine.yield()
      end)
      coroutine.resume(thread)
      coroutine.close(thread)
    end
  end,
  ["__close after an error"] = function()
    local _ <close> = with("__close", pcalls)
    error "an error"
  end,
  ["__close of what is ended"] = function() local _ <close> = with "__close" loop() end,
  ["an error's __tostring"] = function() error(with "__tostring") end,
}
local UNSLICED <const> = { "sort", "pcall in sort", "xpcall in sort", "sort in wrap", "gsub",
  "tostring", "load", "require", "coroutine.close", "__close after an error",
  "a handler of xpcall", "handlers of xpcall", "an error's __tostring" }
local sliced = {}
for kind in pairs(kinds) do sliced[kind] = true end
for _, kind in ipairs(UNSLICED) do sliced[kind] = false end

return { act = kinds, sliced = sliced }]]

-- A node that loops as it is told to, with a <close> variable around it.
local LOOPS <const> = [[
local kinds = require "kinds"
return {
  state = { closed = 0 },
  sockets = { kind = { "rep", bind = "inproc://kind" } },
  on = { kind = function(self, kind)
    local _ <close> = setmetatable({}, { __close = function() self.closed = self.closed + 1 end })
    kinds.act[kind]()
    return "came to its end"
  end },
}]]

-- Its neighbour on the same thread, which has it loop and goes on counting.
local NEIGHBOUR <const> = [[
local kinds = require "kinds"
return {
  state = { beats = 0 },
  sockets = { loops = { "req", connect = "inproc://kind" } },
  timers = { beat = 5 },
  on = { beat = function(self) self.beats = self.beats + 1 end },
  main = function(self)
    for kind in pairs(kinds.act) do
      self.beats = 0
      self.loops:send(kind)
      local reply = self.loops:recv(15000)
      local goes_on = self.beats >= 3 and "goes on" or "stands still"
      print(kind .. ": " .. (reply == "" and "ended" or reply or "no answer") .. "; "
        .. (kinds.sliced[kind] and goes_on or "not sliced"))
    end
    print "all"
    self:wait("the end", 15000)
  end,
}]]

local TOPOLOGY <const> = [[return { nodes = {
  loops = { "loops.lua" }, neighbour = { "neighbour.lua" },
} }]]

describe("an endless loop", function()
  after_each(helper.cleanup)

  it("is ended wherever it is, <close> run, and the neighbours go on meanwhile", function()
    local system = up.start({
      ["topology.lua"] = TOPOLOGY, ["kinds.lua"] = KINDS, ["loops.lua"] = LOOPS,
      ["neighbour.lua"] = NEIGHBOUR,
    }, { "--threads=1", "--handler-warn=50", "--handler-limit=200" })
    system:line("^all", 120000)
    local kinds = 0
    for _, line in ipairs(system.stdout) do
      if line ~= "all" then
        kinds = kinds + 1
        assert.truthy(line:find ": ended; goes on$" or line:find ": ended; not sliced$", line)
      end
    end
    local log = table.concat(system.stderr, "\n")
    assert.matches("loops: warning: kinds.lua:2: has computed for %d+ ms without waiting\n"
      .. "  stack traceback:\n", log)
    assert.matches("loops: error: kinds.lua:2: ended: it has computed for %d+ ms\n", log)
    local state = up.ask(system, { node = "loops", command = "state", path = "closed" })
    assert.equal(kinds, state.value)
    local status = up.ask(system, { node = "loops", command = "status" })
    assert.is_true(status.ended >= kinds, ("%d of %d counted"):format(status.ended, kinds))
    local answer = up.ask(system, { node = "loops", command = "eval",
      text = "xpcall(error, function() while true do end end)" })
    assert.equal("eval:1: takes too long: is there an endless loop?", answer.reason)
    system:signal "sigterm"
    assert.equal(0, (system:wait()))
  end)

  for name, case in pairs {
    ["a call of C"] = { [[("a"):rep(100):find(("a-"):rep(30) .. "b")]], "in find;" },
    ["a __gc"] = { [[setmetatable({}, { __gc = function() while true do end end })
      collectgarbage()]], "" },
  } do
    it("that nothing can end, " .. name .. ", is reported while it goes on, and ends the process",
      function()
        local node = role.start("return { main = function() " .. case[1] .. " end }")
        node:line("^spec: warning: .*role.lua:%d: has computed for %d+ ms .*" .. case[2])
        node:signal "sigterm"
        node:line "^spec: warning: .*role.lua:%d: still in .*: ended by force after the grace time"
        assert.equal(1, (node:wait()))
      end)
  end
end)

describe("a handler that is blocked in the system", function()
  after_each(helper.cleanup)

  it("is reported once for its line, with what it called", function()
    local node = role.start [[return { main = function(self)
      for _ = 1, 3 do
        os.execute "sleep 0.7"
        self:sleep(1)
      end
    end }]]
    assert.equal(0, (node:wait()))
    local log = table.concat(node.stderr, "\n")
    local _, times = log:gsub("role.lua:4: blocked for %d+ ms in execute; the other nodes", "")
    assert.equal(1, times, log)
  end)

  for name, code in pairs {
    execute = [[os.execute "exec sleep 60 >&- 2>&-"]],
    read = [[io.read()]],
    print = [[for i = 1, 1e6 do print(("x"):rep(1000)) end]],
  } do
    it("(" .. name .. ") does not keep the process from ending", function()
      local node = role.start("return { main = function()\nio.stderr:write 'begins\\n'\n" .. code
        .. "\nend }", nil, nil, nil, { mute = name == "print" })
      node:line "begins"
      node:line "role.lua:4: blocked for"
      local began = uv.hrtime()
      node:signal "sigterm"
      assert.equal(1, (node:wait()))
      assert.is_true((uv.hrtime() - began) / 1e6 < 10000)
      local last = node.stderr[#node.stderr]
      assert.matches("role.lua:4: still in .*: ended by force after the grace time", last)
    end)
  end
end)
