--- What starting a simulated node costs: it is loaded once for many runs, and takes little memory.
local helper = require "spec.helper"
local sloop = require "sloop"

local function topology(text, extra)
  local file = { nodes = { a = { helper.write(helper.folder() .. "/role.lua", text), count = 2 } },
                 duration = 2000, quiet = 0 }
  for key, value in pairs(extra or {}) do file[key] = value end
  return file
end

-- The runs of these seeds, in one process that reads files once: each node is loaded in the first,
-- and begins from a copy of its memory in the later ones.
local function runs(top, seeds)
  local results = {}
  sloop.core.keep_files(true)
  local ok, reason = pcall(function()
    for i, seed in ipairs(seeds) do results[i] = assert(sloop.sim(top, { seed = seed })) end
  end)
  sloop.core.keep_files(false)
  assert(ok, reason)
  return results
end

local function noted(result, kind)
  local values = {}
  for _, event in ipairs(result.history) do
    if event.kind == kind then table.insert(values, event.value) end
  end
  return values
end

describe("a simulated node that is loaded again", function()
  after_each(helper.cleanup)

  -- Notes what depends on chance, on time, and on where in memory things are.
  local SAW <const> = [[
    local loaded = setmetatable({}, { __mode = "k" })
    for i = 1, 50 do loaded[{}] = i end
    local role = { state = { n = 0 }, timers = { tick = 100 }, on = {} }
    function role.init(self) self.n = math.random(1 << 30) end
    function role.on.tick(self)
      self.n = self.n + 1
      local garbage = {}
      for i = 1, 50 do garbage[i] = { tostring(i), {} } end
      self:note("saw", { value = table.concat({ self.n, tostring(garbage), math.random(),
        collectgarbage "count", os.time(), self:random(), tostring(next(loaded)) }, " ") })
    end
    return role]]

  it("runs as it did when it was loaded first, to the byte", function()
    local top = topology(SAW, { faults = { crash = "always" } })
    local seeds, alone = { 1, 9, 17, 25, 1, 9, 2, 10 }, {}
    for i, seed in ipairs(seeds) do alone[i] = assert(sloop.sim(top, { seed = seed })) end
    for i, result in ipairs(runs(top, seeds)) do
      assert.is_true(#noted(result, "saw") > 10)
      assert.same(noted(alone[i], "saw"), noted(result, "saw"))
      assert.equal(alone[i].hash, result.hash)
    end
  end)

  it("runs so among many, where it is loaded each time and takes less memory", function()
    local top = topology(SAW, { faults = { crash = "always" }, duration = 300 })
    top.nodes.a.count = 70
    local one = assert(sloop.sim(top, { seed = 3 }))
    local two = assert(sloop.sim(top, { seed = 3 }))
    assert.is_true(#noted(one, "saw") > 100)
    assert.same(noted(one, "saw"), noted(two, "saw"))
  end)

  for what, expression in pairs {
    ["math.random"] = "math.random(1 << 40)", ["the time"] = "os.clock()",
    ["what math.randomseed gives"] = "select(2, math.randomseed(), math.random(1 << 40))",
  } do
    it("asks each time for " .. what .. ", if its file does when it is loaded", function()
      local top = topology(([[
        local value = %s
        return { main = function(self)
          self:note("loaded", { value = value })
          self:sleep(1000)
        end }]]):format(expression), { faults = {} })
      local seen = {}
      for _, result in ipairs(runs(top, { 1, 9, 17 })) do
        local values = noted(result, "loaded")
        assert.equal(2, #values)
        assert.is_nil(seen[values[1]])
        seen[values[1]] = true
      end
      local alone = assert(sloop.sim(top, { seed = 17 }))
      assert.is_true(seen[noted(alone, "loaded")[1]])
    end)
  end

  it("is loaded anew when its file has changed since", function()
    local text = 'return { main = function(self) self:note("is", { value = %d }) end }'
    local top = topology(text:format(1))
    assert.same({ 1, 1 }, noted(runs(top, { 1 })[1], "is"))
    helper.write(top.nodes.a[1], text:format(2))
    assert.same({ 2, 2 }, noted(runs(top, { 1 })[1], "is"))
  end)
end)

describe("the memory of a simulated node", function()
  after_each(helper.cleanup)

  -- KiB of the program, late in a run with so many idle nodes.
  local function resident(folder, count)
    local file = helper.write(folder .. "/topology.lua", ([[
      return { nodes = { idle = { "idle.lua", count = %d }, probe = { "probe.lua" } },
               duration = 2000, quiet = 0, faults = false }]]):format(count))
    local status, out = helper.run_program(helper.release, { "sim", file, "--seed=1", "--trace" })
    assert.equal(0, status)
    return assert(tonumber(out:match "resident=(%d+)"), out)
  end

  it("is below 100 KiB, of hundreds with a socket and a timer", function()
    local folder = helper.folder()
    helper.write(folder .. "/idle.lua", [[
      return {
        timers = { beat = 500 }, state = { beats = 0 },
        sockets = { news = { "sub", connect = "tcp://127.0.0.1:5555", subscribe = "" } },
        on = { beat = function(self) self.beats = self.beats + 1 end, news = function() end },
      }]])
    helper.write(folder .. "/probe.lua", [[
      return { main = function(self)
        self:sleep(1800)
        local status <close> = io.open "/proc/self/status"
        self:note("memory", { resident = tonumber(status:read("a"):match "VmRSS:%s*(%d+)") })
      end }]])
    local few, many = resident(folder, 100), resident(folder, 500)
    assert.is_true((many - few) / 400 < 100, (many - few) / 400)
  end)
end)
