--- Scripts in the simulated world: what is theirs alone, and what repeats itself.
local helper = require "spec.helper"
local sloop = require "sloop"

local SEED <const> = 7

-- Everything a program can see of order and of chance, in one line.
local CURIOUS <const> = [[
local function order(make)
  local map, keys = {}, {}
  for i = 1, 40 do map[make(i)] = i end
  for _, value in pairs(map) do table.insert(keys, value) end
  return table.concat(keys, ",")
end
local role = { state = { seen = {} } }
function role.main(self)
  local seen, collected = {}, {}
  local function see(...) table.insert(seen, table.concat({ ... }, " ")) end
  see("strings", order(function(i) return "key" .. i end))
  see("tables", order(function() return {} end))
  see("functions", order(function(i) return function() return i end end))
  see("text", tostring({}), tostring(print), tostring(function() end), ("%p"):format({}))
  see("chance", math.random(), math.random(1 << 40), self:random(1000), self:uuid())
  for i = 1, 300 do
    setmetatable({ i }, { __gc = function(t) table.insert(collected, t[1]) end })
    if i % 50 == 0 then self:sleep(i) end
  end
  local garbage = {}
  for i = 1, 20000 do garbage[i % 7] = { i } end
  see("collected", table.concat(collected, ","))
  local weak = setmetatable({}, { __mode = "k" })
  for i = 1, 100 do weak[{}] = i end
  collectgarbage("step")
  local left = 0
  for _, value in pairs(weak) do left = left * 31 % 1000003 + value end
  see("weak", left, collectgarbage("count"))
  see("time", os.time(), os.clock(), os.date(), self:now(), self:wall())
  self:note("saw", { text = table.concat(seen, "\n") })
end
return role
]]

local function topology(text)
  return { nodes = { a = { helper.write(helper.folder() .. "/role.lua", text), count = 2 } },
           faults = { delay = true } }
end

local function saw(result)
  local texts = {}
  for _, event in ipairs(result.history) do
    if event.kind == "saw" then table.insert(texts, event.text) end
  end
  return texts
end

describe("a simulated run", function()
  after_each(helper.cleanup)

  it("is the same in twenty processes, whose addresses differ", function()
    local file = helper.write(helper.folder() .. "/curious.lua", CURIOUS)
    local top = helper.write(helper.folder() .. "/topology.lua",
      ("return { nodes = { a = { %q, count = 2 } }, faults = { delay = true } }"):format(file))
    local first
    for _ = 1, 20 do
      local status, out = helper.run_program(helper.release, {
        "sim", top, ("--seed=%d"):format(SEED), "--trace",
      })
      assert.equal(0, status)
      assert.is_truthy(out:find "collected %d+")
      first = first or out
      assert.equal(first, out)
    end
  end)

  it("is the same however its path is written, in any time zone, and for any chance", function()
    local folder = helper.folder()
    helper.write(folder .. "/role.lua", [[
      return { main = function(self)
        math.randomseed()
        self:note("drew", { n = math.random(1 << 30), date = os.date("%c %Z", 0) })
        error("with a path")
      end }]])
    helper.write(folder .. "/sub/topology.lua",
      "return { nodes = { a = { '../role.lua' } }, faults = {}, duration = 1000, quiet = 0 }")
    local first
    for _, way in ipairs {
      { "sub/topology.lua", cwd = folder }, { "./sub/../sub/topology.lua", cwd = folder },
      { folder .. "/sub/topology.lua" }, { "topology.lua", cwd = folder .. "/sub" },
      { "sub/topology.lua", cwd = folder, env = { TZ = "Asia/Tokyo" } },
      { "sub/topology.lua", cwd = folder, env = { TZ = "America/New_York" } },
    } do
      local status, out = helper.run_program(helper.release,
        { "sim", way[1], "--seed=3", "--trace=" .. folder .. "/trace", "--shrink=false" },
        { cwd = way.cwd, env = way.env })
      assert.equal(1, status)
      local trace = helper.read(folder .. "/trace") .. out:match "hash %x+"
      first = first or trace
      assert.equal(first, trace)
    end
    assert.matches("date=Thu Jan +1 00:00:00 1970", first)
  end)

  it("warns once of what it can't make the same", function()
    local folder = helper.folder()
    helper.write(folder .. "/role.lua", [[
      return { main = function(self)
        for _ = 1, 3 do
          local file = io.open "/dev/null"
          file:close()
          os.getenv "HOME"
        end
      end }]])
    helper.write(folder .. "/topology.lua",
      "return { nodes = { a = { 'role.lua', count = 2 } }, faults = {}, check = function() end }")
    local _, _, err = helper.run_program(helper.release,
      { "sim", folder .. "/topology.lua", "--seeds=3" })
    assert.equal(1, select(2, err:gsub("a simulated node uses io%.open", "")), err)
    assert.equal(1, select(2, err:gsub("a simulated node uses os%.getenv", "")), err)
    _, _, err = helper.run_program(helper.release,
      { "sim", "patterns/majordomo/topology.lua", "--seeds=1" })
    assert.is_nil(err:find "a simulated node uses")
  end)

  -- Standard error of three seeds of a role with this `main`, and the trace of one.
  local function simulated(main)
    local folder = helper.folder()
    helper.write(folder .. "/role.lua", "return { main = function(self)\n" .. main .. "\nend }")
    local top = helper.write(folder .. "/topology.lua",
      "return { nodes = { a = { 'role.lua', count = 2 } }, faults = {}, check = function() end }")
    local _, _, err = helper.run_program(helper.release, { "sim", top, "--seeds=3" })
    local status, trace = helper.run_program(helper.release, { "sim", top, "--seed=1", "--trace" })
    assert.equal(0, status, trace)
    return err, trace
  end

  it("is the same where files become text, whose addresses are C's", function()
    local main = [[
      self:note("text", { a = tostring(io.stdout), b = ("%s %p"):format(io.stdin, io.stdin),
                          c = tostring(print), d = tostring(io.stderr) })]]
    local err, trace = simulated(main)
    assert.matches("a=file %(0x%x+%)", trace)
    assert.is_nil(err:find "a simulated node uses", err)
    for _ = 1, 3 do assert.equal(trace, select(2, simulated(main))) end
  end)

  it("warns once of addresses that it can't make the same", function()
    for _, text in ipairs {
      "tostring(require 'lfs'.dir)", "('%s'):format(require 'lfs'.dir)",
      "('%p'):format(require 'lfs'.dir)",
    } do
      local err = simulated(("for _ = 1, 3 do local _ = %s end"):format(text))
      assert.equal(1, select(2,
        err:gsub("a simulated node uses the address of a library's function", "")), err)
    end
  end)

  it("warns once of luv", function()
    local err = simulated "for _ = 1, 3 do pcall(require, 'luv') end"
    assert.equal(1, select(2, err:gsub("a simulated node uses luv:", "")), err)
  end)

  it("is the same when it is repeated in this process", function()
    local top = topology(CURIOUS)
    local one = assert(sloop.sim(top, { seed = SEED }))
    local two = assert(sloop.sim(top, { seed = SEED }))
    assert.equal(one.hash, two.hash)
    assert.same(saw(one), saw(two))
  end)

  it("has another order of keys in each node and under each seed", function()
    local top = topology(CURIOUS)
    local orders, count = {}, 0
    for seed = 1, 5 do
      for _, text in ipairs(saw(assert(sloop.sim(top, { seed = seed })))) do
        local order = text:match "strings ([^\n]*)"
        if not orders[order] then count = count + 1 end
        orders[order] = true
      end
    end
    assert.is_true(count >= 9, count) -- two of ten may meet
  end)

  it("has no other time than the world's", function()
    local text = saw(assert(sloop.sim(topology(CURIOUS), { seed = 1 })))[1]
    local seconds, clock, now, wall = text:match "time (%d+) ([%d.]+) .* (%d+) (%d+)"
    assert.is_true(math.abs(seconds - 1704067200) < 60, seconds) -- it begins in 2024
    assert.same({ clock * 1000 // 1, seconds + 0 }, { now + 0.0, wall // 1000 })
  end)

  it("differs in its hash as soon as one thing differs", function()
    local hashes, count = {}, 0
    for seed = 1, 20 do
      local hash = assert(sloop.sim(topology(CURIOUS), { seed = seed })).hash
      if not hashes[hash] then count = count + 1 end
      hashes[hash] = true
    end
    assert.equal(20, count)
  end)

  it("lets a dying node's code run to no effect", function()
    local result = assert(sloop.sim({
      nodes = {
        a = { helper.write(helper.folder() .. "/dying.lua", [[
          local dying = { sockets = { s = { "dealer", bind = "tcp://*:5555" } }, on = {} }
          function dying.on.s(self, text)
            local last <close> = setmetatable({}, { __close = function()
              self:note("last", { text = text })
              self:log("dying")
              self.s:try_send("last words")
              self.s:connect("tcp://localhost:5556")
              self:open { "push", connect = "tcp://localhost:5555" }
            end })
            self:sleep(100000)
          end
          return dying]]) },
        b = { helper.write(helper.folder() .. "/asking.lua", [[
          return {
            sockets = { s = { "dealer", connect = "tcp://localhost:5555" } },
            main = function(self)
              self.s:send "hello"
              self:note("heard", { text = self.s:recv(2000) })
            end }]]) },
      },
      duration = 4000, quiet = 0,
      schedule = { { kind = "crash", time = 1000, duration = 500, node = 1 } },
    }, { seed = 1 }))
    local kinds = {}
    for _, event in ipairs(result.history) do
      kinds[event.kind] = (kinds[event.kind] or 0) + 1
    end
    assert.same({ 1, 1, nil, nil }, { kinds.crash, kinds.heard, kinds.last, kinds.log })
    assert.is_nil(result.failure)
  end)
end)

describe("a simulated socket with a handler", function()
  after_each(helper.cleanup)

  -- It has found nothing in the pipes it had; a new one says nothing before it was looked at.
  it("hears of a peer that it connects to later", function()
    local folder = helper.folder()
    local result = assert(sloop.sim({
      nodes = {
        pub = { helper.write(folder .. "/pub.lua", [[
          return { sockets = { feed = { "pub", bind = "tcp://*:5556" } }, timers = { beat = 50 },
                   on = { beat = function(self) self.feed:send "x" end } }]]) },
        sub = { helper.write(folder .. "/sub.lua", [[
          local sub = { sockets = { feed = { "sub", subscribe = "" } }, on = {} }
          function sub.on.feed(self, text) self:note("heard", { text = text }) self:wake "heard" end
          function sub.main(self)
            self:sleep(100)
            for _ = 1, 3 do
              self.feed:reopen()
              self.feed:subscribe "x"
              self:sleep(10)
              self.feed:connect "tcp://localhost:5556"
              assert(self:wait("heard", 1000))
            end
          end
          return sub]]) },
      },
      faults = {},
    }, { seeds = 5 }))
    assert.is_nil(result.failure)
  end)
end)

-- A peer closes in each of the steps in which a connection comes up, with a message that lingers.
describe("simulated connections that end while they come up", function()
  after_each(helper.cleanup)

  local PUSH <const> = [[
    return { main = function(self)
      for i = 1, 60 do
        do local s <close> = self:open { "push", connect = "tcp://localhost:5999" } s:send "x" end
        self:sleep(100)
      end
    end }]]
  local PULL <const> = [[
    return { main = function(self)
      while true do
        local s <close> = self:open { "pull", bind = "tcp://*:5999" }
        self:sleep(self:random(20, 200))
      end
    end }]]

  for name, more in pairs { ["under delay"] = {}, ["with cuts"] = { cut = "always" },
                            ["with pauses"] = { pause = "always" },
                            ["with silence"] = { half_open = "always", crash = "always" } } do
    it(("neither crash nor hang %s"):format(name), function()
      local folder = helper.folder()
      local faults = { delay = { always = true, every = { 500, 1000 },
                                 duration = { 5000, 9000 }, amount = { 50, 60 } } }
      for kind, limit in pairs(more) do faults[kind] = limit end
      local result = assert(sloop.sim({
        nodes = { push = { helper.write(folder .. "/push.lua", PUSH) },
                  pull = { helper.write(folder .. "/pull.lua", PULL) } },
        duration = 6000, quiet = 1000, faults = faults,
      }, { seeds = 10 }))
      assert.is_nil(result.failure)
    end)
  end
end)

describe("the fault", function()
  after_each(helper.cleanup)

  -- A server, dead or late as the seed has it, and a client that asks every 100 ms.
  local function run(faults, seeds, judge)
    local folder = helper.folder()
    local server = helper.write(folder .. "/server.lua", [[
      return { sockets = { s = { "rep", bind = "tcp://*:5555" } },
               on = { s = function(self, text) self.s:send(text) end },
               init = function(self) self:note "began" end }]])
    local client = helper.write(folder .. "/client.lua", [[
      return { main = function(self)
        for _ = 1, 60 do
          local s <close> = self:open { "req", connect = "tcp://localhost:5555", linger = 0 }
          s:send "x"
          self:note(s:recv(100) == "x" and "answered" or "missed")
          self:sleep(100)
        end
      end }]])
    for seed = 1, seeds do
      local result = assert(sloop.sim({
        nodes = { a = { server }, b = { client } },
        duration = 5000, quiet = 10000, faults = faults,
      }, { seed = seed }))
      assert.is_nil(result.failure)
      local at = { began = {}, answered = {} }
      for _, event in ipairs(result.history) do
        local list = at[event.kind] or {}
        at[event.kind] = list
        table.insert(list, event.time)
      end
      judge(at, result)
    end
  end

  it("death: kills one of the nodes it names, for good", function()
    run({ death = { always = true, nodes = { "a" } }, crash = { "a" } }, 10, function(at, result)
      local died = at.crash and at.crash[#at.crash] or 0
      local first = result.schedule[1]
      if first.kind == "death" and not at.crash then died = first.time end
      for _, kind in ipairs { "began", "answered" } do
        local times = at[kind]
        assert.is_true(#times == 0 or times[#times] < died + 1, kind)
      end
      assert.equal("done", result.ended)
    end)
  end)

  it("death: a run does not wait for the end of a node that is dead", function()
    run({ death = { always = true, nodes = { "b" } } }, 5, function(_, result)
      assert.equal("done", result.ended)
    end)
  end)

  it("death: happens only in topologies that name it", function()
    run(nil, 20, function(_, result)
      for _, fault in ipairs(result.schedule) do assert.is_not_equal("death", fault.kind) end
    end)
  end)

  it("late: begins a node later, some of them", function()
    local late, punctual = 0, 0
    run({ late = { always = true, nodes = { "a" }, duration = { 2000, 3000 } } }, 10, function(at)
      assert.equal(1, #at.began)
      if at.began[1] >= 2000 then late = late + 1 else punctual = punctual + 1 end
      assert.is_true(at.answered[1] > at.began[1])
    end)
    assert.is_true(late > 0 and punctual > 0)
  end)
end)
