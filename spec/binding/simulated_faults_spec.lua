--- Each fault of a simulation: what it does to whom, from when to when.
local helper = require "spec.helper"
local sloop = require "sloop"

-- Answers each request with two messages, in one handler.
local SERVER <const> = [[
  local server = { sockets = { s = { "router", bind = "tcp://*:5555", events = "happened",
                                     heartbeat_ivl = 0 } }, on = {} }
  function server.on.s(self, id, number)
    self:note("got", { number = number })
    self.s:send(id, "first", number)
    self.s:send(id, "second", number)
  end
  function server.on.happened(self, event) self:note("event", { name = event }) end
  function server.init(self) self:note("began", { wall = self:wall() }) end
  return server]]

-- Sends a number every 100 ms, and notes what comes back, and what its clock shows.
local CLIENT <const> = [[
  local client = { sockets = { s = { "dealer", connect = "tcp://localhost:5555", linger = 0,
                                     heartbeat_ivl = 0, reconnect_ivl = 50 } }, on = {} }
  function client.on.s(self, which, number) self:note(which, { number = number }) end
  function client.main(self)
    for number = 1, 60 do
      self.s:try_send(tostring(number))
      self:note("clock", { ahead = self:wall() - self:now() })
      self:sleep(100)
    end
  end
  return client]]

-- Runs client "a" and server "b" under one fault; the times of each kind of event, and the history.
local function run(fault, more)
  local folder = helper.folder()
  local result = assert(sloop.sim({
    nodes = { a = { helper.write(folder .. "/client.lua", more and more.client or CLIENT) },
              b = { helper.write(folder .. "/server.lua", more and more.server or SERVER) } },
    duration = 5000, quiet = 3000, schedule = { fault },
  }, { seed = more and more.seed or 1 }))
  assert.is_nil(result.failure)
  local times = setmetatable({}, { __index = function(map, kind)
    map[kind] = {}
    return map[kind]
  end })
  for _, event in ipairs(result.history) do table.insert(times[event.kind], event.time) end
  return times, result.history
end

local function count_between(times, from, to)
  local count = 0
  for _, time in ipairs(times) do
    if time >= from and time < to then count = count + 1 end
  end
  return count
end

local function values(history, kind, field)
  local list = {}
  for _, event in ipairs(history) do
    if event.kind == kind then table.insert(list, event[field]) end
  end
  return list
end

describe("the fault", function()
  after_each(helper.cleanup)

  it("busy: no turn, while the connection is kept and all is served afterwards", function()
    local times, history = run { kind = "busy", node = 2, time = 2000, duration = 1500 }
    assert.equal(0, count_between(times.got, 2001, 3499))
    assert.equal(60, #times.got)
    assert.same({ "listening", "accepted", "handshake_succeeded" }, { table.unpack(
      values(history, "event", "name"), 1, 3) })
    assert.is_true(count_between(times.got, 3499, 3510) >= 14)
  end)

  it("busy, just after a send: the next send of the handler is late", function()
    local times = run { kind = "busy", node = 2, time = 2000, duration = 1500, aim = "send" }
    local first, second = times.first, times.second
    local latest = 0
    for i = 1, #second do latest = math.max(latest, second[i] - first[i]) end
    assert.is_true(latest >= 1499 and latest < 1600, latest)
  end)

  it("pause, just after a send: as busy, and heartbeats would not be answered", function()
    local times = run { kind = "pause", node = 2, time = 2000, duration = 1500, aim = "send" }
    local latest = 0
    for i = 1, #times.second do latest = math.max(latest, times.second[i] - times.first[i]) end
    assert.is_true(latest >= 1499 and latest < 1600, latest)
  end)

  it("crash, just after a send: the handler does not get to its next send", function()
    local times, history = run { kind = "crash", node = 2, time = 2000, duration = 500,
                                 aim = "send" }
    assert.equal(1, #times.restart)
    assert.equal(#times.first, #times.second + 1)
    for _, event in ipairs(history) do assert.is_not_equal("log", event.kind) end
  end)

  it("crash, just after a receive: the message was taken, and not answered", function()
    local times = run { kind = "crash", node = 2, time = 2000, duration = 500, aim = "receive" }
    assert.equal(1, #times.crash)
    assert.is_true(#times.first < 60)
    assert.equal(#times.first, #times.second)
  end)

  it("silence: is never reset, also not after the phase of faults", function()
    local times, history = run { kind = "silence", node = 1, peer = 2, time = 2000 }
    assert.equal(0, count_between(times.got, 2001, 8000))
    for _, name in ipairs(values(history, "event", "name")) do
      assert.is_not_equal("disconnected", name)
    end
    times = run { kind = "half_open", node = 1, peer = 2, time = 2000, duration = 1000 }
    assert.is_true(count_between(times.got, 3001, 8000) > 20)
  end)

  it("crash_loop: crashes again and again, and then stays up", function()
    local times = run { kind = "crash_loop", node = 2, time = 2000, duration = 1000, amount = 100 }
    assert.is_true(#times.crash >= 4 and #times.crash <= 8, #times.crash)
    assert.equal(#times.crash, #times.restart)
    assert.is_true(count_between(times.first, 3500, 8000) > 10)
  end)

  it("jump: a wall clock is set for good, and a step is undone", function()
    local function ahead(kind)
      local _, history = run { kind = kind, node = 1, time = 2000, duration = 1000, amount = 60000 }
      local list = values(history, "clock", "ahead")
      return list[15] - list[1], list[25] - list[1], list[60] - list[1]
    end
    assert.same({ 0, 60000, 60000 }, { ahead "jump" })
    assert.same({ 0, 60000, 0 }, { ahead "step" })
  end)

  it("skew: a wall clock is wrong from the beginning", function()
    local _, right = run { kind = "cut", node = 1, time = 0 }
    local _, history = run { kind = "skew", node = 2, time = 0, amount = -60000 }
    local wall, wanted = values(history, "began", "wall")[1], values(right, "began", "wall")[1]
    assert.is_true(math.abs(wanted - 60000 - wall) < 1, wall)
  end)

  local BIG <const> = [[
    return { main = function(self)
      local s <close> = self:open { "push", connect = "tcp://localhost:5555", linger = -1 }
      self:sleep(1000)
      self:note "sent"
      s:send(("x"):rep(%d))
      self:sleep(6500)
    end }]]
  local PULL <const> = [[
    return { sockets = { s = { "pull", bind = "tcp://*:5555" } },
             on = { s = function(self) self:note "came" end } }]]

  it("bandwidth: a message takes as long as its bytes, and 64 MiB half a second anyway", function()
    local times = run({ kind = "bandwidth", node = 2, time = 500, duration = 4000, amount = 512 },
      { client = BIG:format(1 << 20), server = PULL })
    assert.is_true(math.abs(times.came[1] - times.sent[1] - 2000) < 5)
    times = run({ kind = "cut", node = 1, time = 0 },
      { client = BIG:format(64 << 20), server = PULL })
    local took = times.came[1] - times.sent[1]
    assert.is_true(took > 530 and took < 545, took)
  end)

  local OPENING <const> = [[
    return { main = function(self)
      for i = 1, 60 do
        do
          local s <close>, _, code = self:open { "pull", bind = "tcp://*:7777" }
          self:note("opened", { code = code or "ok" })
        end
        self:sleep(100)
      end
    end }]]

  local function codes(kind)
    local times, history = run({ kind = kind, node = 1, time = 2000, duration = 1000 },
      { client = OPENING, server = PULL })
    local list, at = values(history, "opened", "code"), times.opened
    local found = {}
    for i, code in ipairs(list) do
      found[code] = (found[code] or 0) + 1
      assert.equal(at[i] >= 2000 and at[i] < 3000, code ~= "ok", at[i])
    end
    return found
  end

  it("descriptors: sockets can't be opened", function()
    assert.equal(10, codes "descriptors".EMFILE)
  end)

  it("address: sockets can't be bound", function()
    assert.equal(10, codes "address".EADDRINUSE)
  end)

  it("names: a new connection has to wait until they resolve", function()
    local times = run({ kind = "names", node = 1, time = 0, duration = 2000 })
    assert.equal(0, count_between(times.got, 0, 2000))
    assert.equal(60, #times.got)
  end)

  it("garbage: strangers send to where a node is bound", function()
    local times, history = run({ kind = "garbage", node = 2, time = 2000, duration = 100,
                                 amount = 20, choice = 1 })
    assert.is_true(#times.got > 60, #times.got)
    assert.equal(60, #times.first) -- the client hears only its own replies
    local odd = 0
    for _, number in ipairs(values(history, "got", "number")) do
      if not tostring(number):find "^%d+$" then odd = odd + 1 end
    end
    assert.is_true(odd > 0)
  end)

  it("pause: connections are read in any order afterwards", function()
    local orders = {}
    for seed = 1, 30 do
      local _, history = run({ kind = "pause", node = 2, time = 2000, duration = 500 }, {
        seed = seed, client = [[
          return { main = function(self)
            local one <close> = self:open { "push", connect = "tcp://localhost:5555" }
            local two <close> = self:open { "push", connect = "tcp://localhost:6666" }
            self:sleep(2200)
            one:send "one"
            two:send "two"
            self:sleep(3000)
          end }]], server = [[
          return { sockets = { a = { "pull", bind = "tcp://*:5555" },
                               b = { "pull", bind = "tcp://*:6666" } },
                   on = { a = function(self, text) self:note("came", { text = text }) end,
                          b = function(self, text) self:note("came", { text = text }) end } }]],
      })
      orders[table.concat(values(history, "came", "text"), " ")] = true
    end
    assert.same({ ["one two"] = true, ["two one"] = true }, orders)
  end)
end)

describe("the fault reload", function()
  after_each(helper.cleanup)

  local function counter(number, more)
    return ([[
      local counter = { version = %d, state = { count = 0 }, timers = { tick = 100 }, on = {} }
      function counter.on.tick(self)
        self.count = self.count + 1
        self:note("tick", { version = %d, count = self.count })
      end
      %s
      return counter]]):format(number, number, more or "")
  end

  local MIGRATE <const> = "function counter.migrate(old) return { count = old.count + 1000 } end"

  local function reloads(folder, more, options)
    local topology = { nodes = { a = { folder .. "/v1.lua", count = 2 } }, duration = 5000,
                       quiet = 2000, faults = { reload = { a = folder .. "/v2.lua" } } }
    for key, value in pairs(more) do topology[key] = value end
    return assert(sloop.sim(topology, options or { seed = 1 }))
  end

  local function versions(history)
    local list = {}
    for _, event in ipairs(history) do
      if event.kind == "tick" then
        list[event.node] = list[event.node] or {}
        table.insert(list[event.node], event)
      end
    end
    return list
  end

  it("changes a node's code and keeps its state; what boots later is the new code", function()
    local folder = helper.folder()
    helper.write(folder .. "/v1.lua", counter(1))
    helper.write(folder .. "/v2.lua", counter(2, MIGRATE))
    local result = reloads(folder, { schedule = {
      { kind = "reload", node = 1, time = 2000 },
      { kind = "crash", node = 1, time = 4000, duration = 100 },
    } })
    assert.is_nil(result.failure)
    local ticks = versions(result.history)["a.1"]
    for i, event in ipairs(ticks) do
      assert.equal(event.time < 2000 and 1 or 2, event.version)
      if event.time > 2000 and event.time < 4000 then assert.equal(1000 + i, event.count) end
    end
    for _, event in ipairs(versions(result.history)["a.2"]) do assert.equal(1, event.version) end
  end)

  it("is drawn for one copy after the other", function()
    local folder = helper.folder()
    helper.write(folder .. "/v1.lua", counter(1))
    helper.write(folder .. "/v2.lua", counter(2, MIGRATE))
    local mixed = 0
    for seed = 1, 12 do
      local result = reloads(folder, {}, { seed = seed })
      assert.is_nil(result.failure)
      local times = {}
      for _, fault in ipairs(result.schedule) do table.insert(times, fault.time) end
      if #times > 0 then
        mixed = mixed + 1
        assert.equal(2, #times)
        assert.is_not_equal(times[1], times[2])
        for _, ticks in pairs(versions(result.history)) do
          assert.equal(2, ticks[#ticks].version)
        end
      end
    end
    assert.is_true(mixed > 0)
  end)

  it("is refused when the code is broken, and the old code goes on", function()
    local folder = helper.folder()
    helper.write(folder .. "/v1.lua", counter(1))
    helper.write(folder .. "/v2.lua", "return {")
    local result = reloads(folder, { schedule = { { kind = "reload", node = 1, time = 2000 } } })
    assert.is_nil(result.failure)
    local ticks = versions(result.history)["a.1"]
    assert.equal(1, ticks[#ticks].version)
    local refused
    for _, event in ipairs(result.history) do
      if event.kind == "log" and event.text:find "reload refused" then refused = true end
    end
    assert.is_true(refused)
  end)

  it("may be followed at once by a fault that is aimed at it", function()
    local folder = helper.folder()
    helper.write(folder .. "/v1.lua", counter(1))
    helper.write(folder .. "/v2.lua", counter(2, MIGRATE))
    local result = reloads(folder, { schedule = {
      { kind = "reload", node = 1, time = 2000 },
      { kind = "crash", node = 1, time = 1500, duration = 100, aim = "reload" },
    } })
    for _, event in ipairs(result.history) do
      if event.kind == "crash" then
        assert.is_true(event.time >= 2000 and event.time < 2001, event.time)
      end
    end
  end)

  it("refuses a file that is not there", function()
    local folder = helper.folder()
    helper.write(folder .. "/v1.lua", counter(1))
    local result, reason = sloop.sim({ nodes = { a = { folder .. "/v1.lua" } },
                                       faults = { reload = { a = folder .. "/v3.lua" } } })
    assert.is_nil(result)
    assert.matches("faults%.reload%.a: no such file: .*v3%.lua", reason)
    result, reason = sloop.sim({ nodes = { a = { folder .. "/v1.lua" } },
                                 faults = { reload = true } })
    assert.is_nil(result)
    assert.matches("faults%.reload is a table", reason)
  end)
end)

describe("an upgrade", function()
  after_each(helper.cleanup)

  it("begins with the code of another folder", function()
    local folder = helper.folder()
    helper.write(folder .. "/old/role.lua",
      "return { version = 1, init = function(self) self:note('ran', { code = 'old' }) end }")
    helper.write(folder .. "/role.lua", "return { version = 2, " ..
      "migrate = function() return {} end, " ..
      "reloaded = function(self) self:note('ran', { code = 'new' }) end }")
    local top = helper.write(folder .. "/top.lua",
      "return { nodes = { a = { 'role.lua' } }, duration = 1000, quiet = 0, faults = {} }")
    local status, out = helper.run { "sim", top, "--upgrade=" .. folder .. "/old", "--seed=1",
                                     "--trace" }
    assert.equal(0, status)
    assert.matches("ran +code=old.*reload.*ran +code=new", out)
    status, out = helper.run { "sim", top, "--upgrade=" .. folder .. "/nothing" }
    assert.same({ 2, "" }, { status, out })
  end)
end)
