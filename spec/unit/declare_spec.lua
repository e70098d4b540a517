--- The role's table: its keys, its names, its state, its handlers and timers.
local declaring = require "spec.declaring"

local good, problems = declaring.good, declaring.problems

describe("a declaration", function()
  local TEXT <const> = [[
local role = {
  options = { interval = 1000 },
  state = { count = 0 },
  sockets = { queue = { "dealer", connect = "tcp://localhost:5556", sndhwm = 5 } },
  timers = { beat = "interval", tick = 0.5 },
  on = {},
}
function role.on.queue(self) self.count = self.count + 1 end
function role.on.beat() end
function role.on.tick() end
function role.on.SIGUSR2() end
function role.on.SIGUSR1() end
return role]]

  it("says everything of a role that is well", function()
    local declaration = good(TEXT)
    assert.equal("role.lua", declaration.path)
    assert.same({ interval = 1000 }, declaration.options)
    assert.same({ count = 0 }, declaration.state)
    assert.same({ queue = {
      type = "dealer", bind = {}, connect = { "tcp://localhost:5556" }, subscribe = {},
      options = { sndhwm = 5 }, parallel = 1,
    } }, declaration.sockets)
    assert.same({ beat = 1000, tick = 0.5 }, declaration.timers)
    assert.same({ "SIGUSR1", "SIGUSR2" }, declaration.signals)
    assert.same({ {}, {}, {} }, { declaration.relays, declaration.stores, declaration.parts })
  end)

  it("has a version, from 1 on", function()
    good "return { version = 1 }"
    good "return { version = 2 }"
  end)

  it("of an empty table is an empty one", function()
    assert.same({ {}, {}, {} }, { good("return {}").options, good("return {}").sockets,
      good("return {}").signals })
  end)

  it("leaves the role as it is", function()
    local role = declaring.role "return { options = { list = { 'a' } }, sockets = {} }"
    local declaration = require "sloop.private.role.declare" (role, "x.lua", {}, declaring.tools {})
    declaration.options.list[1] = "changed"
    assert.same({ list = { "a" } }, role.options)
  end)

  it("calls sections that are functions with the values of the options", function()
    local declaration = good([[
      local role = { options = { port = 5 }, on = {} }
      function role.sockets(options)
        return { peer = { "pair", bind = "tcp://*:" .. options.port } }
      end
      function role.timers(options) return { beat = options.port } end
      function role.on.beat() end
      return role]], { "--port=7" })
    assert.same({ "tcp://*:7" }, declaration.sockets.peer.bind)
    assert.same({ beat = 7 }, declaration.timers)
  end)

  it("takes far less than a millisecond when there is no problem", function() -- some 50 us
    local tools = declaring.tools { ["role.lua"] = TEXT .. ("\n-- line"):rep(90) }
    local declare, role = require "sloop.private.role.declare", declaring.role(TEXT)
    local best = math.huge
    for _ = 1, 50 do
      local start = os.clock()
      assert(declare(role, "role.lua", {}, tools))
      best = math.min(best, os.clock() - start)
    end
    assert.is_true(best < 1e-3, ("%.0f us"):format(best * 1e6))
  end)
end)

describe("a role is refused, with file and line, for", function()
  for _, case in ipairs {
    { "no table", "return 5", "role.lua:1: a role is a table; the file returns 5" },
    { "a module of functions", "local m = {}\nfunction m.f() end\nreturn m",
      "role.lua:1: this is a module, not a role: it has no sockets, timers or 'main'" },
    { "a misspelt key", "return {\n sokets = {} }",
      "role.lua:2: unknown key 'sokets' (did you mean 'sockets'?)" },
    { "a key that is near nothing", "return {\n frequency = 5 }",
      "role.lua:2: unknown key 'frequency'" },
    { "a value without a key", "return { 'dealer' }",
      "role.lua: unexpected 'dealer' in the role's table" },
    { "a misspelt 'init'", "local r = { on = {} }\nfunction r.inti() end\nreturn r",
      "role.lua:2: method 'inti' (did you mean 'init'?)" },
    { "options that are no table", "return {\n options = 5 }",
      "role.lua:2: 'options' is a table, not 5" },
    { "sockets that are text", "return {\n sockets = 'x' }",
      "role.lua:2: 'sockets' is a table or a function of the options, not 'x'" },
    { "a 'main' that is no function", "return {\n main = {} }",
      "role.lua:2: 'main' is a function, not a table" },
    { "a version below 1", "return {\n version = 0 }",
      "role.lua:2: 'version' is an integer of at least 1, not 0" },
    { "a name that is none", "return { sockets = {\n ['a-b'] = { 'dealer' } } }",
      "role.lua:2: 'sockets': 'a-b' is not a name: letters, digits and '_'" },
    { "a section that raises", "return {\n sockets = function() error('oh', 0) end }",
      "role.lua:2: 'sockets' failed: oh" },
    { "a section that returns no table", "return {\n timers = function() end }",
      "role.lua:2: 'timers' returned nil, not a table" },
    { "a store that is no table", "return { stores = {\n s = 5 } }",
      "role.lua:2: store 's' is a table, not 5" },
  } do
    it(case[1], function() assert.same({ case[3] }, problems(case[2])) end)
  end

  it("all that is wrong at once, in the order of the file", function()
    assert.same({
      "role.lua:1: unknown key 'sokets' (did you mean 'sockets'?)",
      "role.lua:2: unknown key 'timer' (did you mean 'timers'?)",
      "role.lua:3: 'version' is an integer of at least 1, not 'x'",
    }, problems "return { sokets = {},\n timer = {},\n version = 'x' }")
  end)
end)

describe("the names on self", function()
  local function refused(text) return table.concat(problems(text), "\n") end

  for _, case in ipairs {
    { "a socket and a field of the state",
      "return { sockets = { a = { 'pull' } },\n state = { a = 1 } }" },
    { "a socket and a method",
      "local r = { sockets = { a = { 'pull' } } }\nfunction r.a() end\nreturn r" },
    { "a part and a store", "return { parts = { a = { {} } },\n stores = { a = {} } }" },
    { "a socket and a relay", [[return { sockets = { a = { 'pull' }, b = { 'push' } },
      relays = { a = { 'a', 'b' } } }]] },
  } do
    it("may not be both " .. case[1], function()
      assert.equal("role.lua:2: 'a' is both " .. case[1], refused(case[2]))
    end)
  end

  it("may not be the host's", function()
    assert.matches("1: 'log' is a name of the host's on self: it cannot be a socket",
      refused "return { sockets = { log = { 'pull' } } }")
    assert.matches("'options' is a name of the host's on self: it cannot be a field of the state",
      refused "return { state = { options = 1 } }")
    assert.matches("2: 'wait' is a name of the host's on self: it cannot be a method",
      refused "local r = { on = {} }\nfunction r.wait() end return r")
  end)

  it("may be those of the life cycle, which are no methods, and of options", function()
    good "return { init = function() end, stop = function() end, main = function() end }"
    good "return { options = { a = 1 }, state = { a = 1 }, stores = { b = {} } }"
  end)
end)

describe("the names in an entry", function()
  for _, case in ipairs {
    { "a socket", "return { options = { a = false },\n sockets = { a = { 'pull' } } }" },
    { "a socket", [[local r = { options = { a = 1 } }
      function r.sockets() return { a = { 'pull' } } end
      return r]] },
    { "a part", "return { options = { a = {} },\n parts = { a = { {} } } }" },
  } do
    it("may not be both an option and " .. case[1], function()
      assert.same({ "role.lua:2: 'a' is both an option and " .. case[1] }, problems(case[2]))
    end)
  end

  it("may be in a part what they are not in its owner", function()
    good "return { options = { a = 1 }, parts = { p = { { sockets = { a = { 'pull' } } } } } }"
  end)

  it("leave 'count' to the number of copies", function()
    assert.same({ "role.lua:1: socket 'count': in an entry that is the number of copies" },
      problems "return { sockets = { count = { 'pull' } } }")
    assert.same({ "role.lua:1: part 'count': in an entry that is the number of copies" },
      problems "return { parts = { count = { {} } } }")
  end)
end)

describe("the state", function()
  it("is plain data, shared and cyclic too", function()
    good [[
      local shared = { 1 }
      shared.itself = shared
      return { state = { a = { b = { [1] = true, [2.5] = "x" } }, c = shared, d = shared } }]]
  end)

  for _, case in ipairs {
    { "function", "{ f = { g = { print } } }", "state.f.g[1] is a function, not plain data" },
    { "metatable", "{ m = setmetatable({}, {}) }",
      "state.m is a table with a metatable, not plain data" },
    { "userdata", "{ file = io.stdout }", "state.file is a userdata, not plain data" },
    { "table as a key", "{ t = { [{}] = 1 } }",
      "state.t is a table with a table as key, not plain data" },
  } do
    it("has no " .. case[1], function()
      assert.same({ "role.lua:1: " .. case[3] }, problems("return { state = " .. case[2] .. " }"))
    end)
  end

  it("has names", function()
    assert.same({ "role.lua:1: state: 1 is not a name for a field" },
      problems "return { state = { 5 } }")
  end)
end)

describe("a handler", function()
  local function role(rest)
    return [[
local r = { options = { ms = 5 }, sockets = { queue = { "dealer" }, feed = { "pub" },
  watched = { "router", events = "peers" } }, timers = { beat = "ms" }, on = {} }
r.on.beat, r.on.peers = function() end, function() end
]] .. rest .. "\nreturn r"
  end

  it("is for a socket, a timer, a signal, a part or events", function()
    good(role [[
      r.parts = { part = { {} } }
      function r.on.queue() end
      function r.on.part() end
      function r.on.SIGUSR1() end]])
  end)

  for _, case in ipairs {
    { "that names nothing", "function r.on.quue() end",
      "on.quue names no socket, timer, input, signal, part or events (did you mean 'queue'?)" },
    { "of a signal there is not", "function r.on.SIGUSR3() end",
      "on.SIGUSR3 names no socket, timer, input, signal, part or events "
        .. "(did you mean 'SIGUSR1'?)" },
    { "of a signal that ends the node", "function r.on.SIGTERM() end",
      "on.SIGTERM: it stops the node: see 'stop'" },
    { "of a socket that only sends", "function r.on.feed() end",
      "on.feed: a pub receives nothing" },
    { "of another socket that only sends", "r.sockets.out = { 'push' } function r.on.out() end",
      "on.out: a push receives nothing" },
    { "that is no function", "r.on.queue = 5", "on.queue is a function, not 5" },
  } do
    it(case[1] .. " is refused", function()
      assert.same({ "role.lua:4: " .. case[3] }, problems(role(case[2])))
    end)
  end

  it("that is missing is missed, for a timer and for events", function()
    assert.same({ "role.lua:1: timer 'beat' has no handler on.beat" },
      problems "return { timers = { beat = 5 } }")
    assert.same({ "role.lua:1: socket 'a': there is no handler on.peers (did you mean 'peer'?)" },
      problems [[return { sockets = { a = { "router", events = "peers" }, peer = { "pull" } },
        on = { peer = function() end } }]])
  end)

  it("that is misspelt is told once", function()
    assert.same({ "role.lua:2: on.baet names no socket, timer, input, signal, part or events "
      .. "(did you mean 'beat'?)" }, problems [[
      local r = { timers = { beat = 5 }, on = {} }
      function r.on.baet() end
      return r]])
  end)

  it("cannot be for two sources", function()
    assert.same({ "role.lua:1: 'a' is both a timer and a socket" },
      problems [[return { sockets = { a = { "pull" } }, timers = { a = 5 },
        on = { a = function() end } }]])
    assert.same({ "role.lua:1: 'b' is both the events of socket 'a' and a timer" },
      problems [[return { sockets = { a = { "pull", events = "b" } }, timers = { b = 5 },
        on = { b = function() end } }]])
  end)
end)

describe("a timer", function()
  local function refused(period, options, words)
    return problems("return { options = { " .. (options or "") .. " }, timers = { beat = " .. period
      .. " }, on = { beat = function() end } }", words)
  end

  it("names an option, or the nearest is named", function()
    assert.same({
      "role.lua:1: timer 'beat' names no option 'intervall' (did you mean 'interval'?)",
    }, refused("'intervall'", "interval = 5"))
  end)

  it("has a positive period", function()
    for _, period in ipairs { "0", "-1", "-0.5", "math.huge", "0/0" } do
      assert.matches("timer 'beat': the period must be positive", refused(period)[1])
    end
  end)

  it("is a number or names an option that is one", function()
    assert.matches("not a table", refused("{}")[1])
    assert.matches("not 'x'", refused("'text'", "text = 'x'")[1])
    assert.matches("not false", refused("'switch'", "switch = false")[1])
  end)

  it("whose period is zero in the role is the role's mistake", function()
    assert.same({ "role.lua:1: timer 'beat': the period must be positive, not 0" },
      refused("'interval'", "interval = 0"))
  end)

  it("whose period the user made zero is the user's mistake", function()
    assert.same({
      "usage: option 'interval' is the period of timer 'beat' and must be positive, not 0",
    }, refused("'interval'", "interval = 5", { "--interval=0" }))
  end)
end)

describe("a relay", function()
  local function role(relays)
    return [[return { sockets = { a = { "router" }, b = { "dealer" }, c = { "pub" } },
      on = { ]] .. (relays.on or "") .. " },\n relays = " .. relays[1] .. " }"
  end

  it("joins two sockets and perhaps a third", function()
    assert.same({ copy = { front = "a", back = "b", capture = "c" } },
      good(role { "{ copy = { 'a', 'b', capture = 'c' } }" }).relays)
    assert.same({ copy = { front = "a", back = "b" } },
      good(role { "{ copy = { front = 'a', back = 'b' } }" }).relays)
  end)

  for _, case in ipairs {
    { "names no socket", "{ copy = { 'a', 'backend' } }",
      "relay 'copy' names no socket 'backend'" },
    { "names what is no name", "{ copy = { 'a', 5 } }", "relay 'copy' names no socket 5" },
    { "has one end", "{ copy = { 'a' } }", "relay 'copy' has no back" },
    { "has an unknown key", "{ copy = { 'a', 'b', captur = 'c' } }",
      "relay 'copy': unknown key 'captur' (did you mean 'capture'?)" },
    { "is no table", "{ copy = 'a' }", "relay 'copy' is { front, back, capture = }, not 'a'" },
    { "takes a socket twice", "{ one = { 'a', 'b' }, two = { 'c', 'b' } }",
      "relay 'two': socket 'b' is already in relay 'one'" },
  } do
    it("that " .. case[1] .. " is refused", function()
      assert.matches(case[3], problems(role { case[2] })[1], 1, true)
    end)
  end

  it("takes the messages, so its sockets have no handlers", function()
    for _, relays in ipairs { "{ 'a', 'b' }", "{ 'b', 'a' }", "{ 'b', 'c', capture = 'a' }" } do
      assert.same({ "role.lua:2: on.a: relay 'copy' takes the messages of 'a'" },
        problems(role { "{ copy = " .. relays .. " }", on = "a = function() end" }))
    end
    good [[return { sockets = { a = { "router" }, b = { "dealer" }, c = { "pull" } },
      relays = { copy = { "a", "b" } }, on = { c = function() end } }]]
  end)
end)
