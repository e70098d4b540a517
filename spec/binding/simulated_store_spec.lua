--- Stores of simulated nodes: what a crash keeps, and what faults of the disk do.
local helper = require "spec.helper"
local sloop = require "sloop"

local function simulate(text, faults, seed, entry)
  local node = { helper.write(helper.folder() .. "/role.lua", text), restart = true }
  for key, value in pairs(entry or {}) do node[key] = value end
  local result = assert(sloop.sim({ nodes = { a = node }, faults = faults, duration = 20000,
    quiet = 5000 }, { seed = seed }))
  assert.is_nil(result.failure)
  return result
end

local function notes(result, kind)
  local list = {}
  for _, event in ipairs(result.history) do
    if event.kind == kind then table.insert(list, event) end
  end
  return list
end

-- Puts pairs, one after the other, and says what it finds at each start.
local WRITER <const> = [[
local role = { stores = { jobs = {} }, options = { syncs = true } }
function role.init(self)
  local a, b = self.jobs:get "a" or 0, self.jobs:get "b" or 0
  self:note("found", { a = a, b = b, loose = self.jobs:get "loose" or 0 })
end
function role.main(self)
  local n = self.jobs:get "a" or 0
  while true do
    n = n + 1
    self.jobs:put("a", n)
    self.jobs:put("b", n)
    self:note("put", { n = n })
    local ok, reason = self.jobs:sync()
    if not ok then
      self:note("failed", { n = n, reason = reason, a = self.jobs:get "a" or 0 })
      return nil, reason
    end
    self:note("synced", { n = n })
    self.jobs:put("loose", n)
    self:sleep(self:random(1, 50))
  end
end
return role]]

describe("a simulated store", function()
  after_each(helper.cleanup)

  it("keeps what was synced, and of the rest a whole commit or nothing", function()
    local kept, lost = 0, 0
    for seed = 1, 12 do
      local put, synced, starts = 0, 0, 0
      for _, event in ipairs(simulate(WRITER, { crash = "always" }, seed).history) do
        if event.kind == "put" then put = event.n end
        if event.kind == "synced" then synced = event.n end
        if event.kind == "found" then
          starts = starts + 1
          assert.equal(event.a, event.b)
          assert.is_true(event.a == synced or event.a == put)
          assert.is_true(event.loose < event.a or event.a == 0)
          if put > synced then
            if event.a == put then kept = kept + 1 else lost = lost + 1 end
          end
          put, synced = event.a, event.a
        end
      end
      assert.is_true(starts > 1)
    end
    assert.is_true(kept > 0 and lost > 0)
  end)

  it("fails while its disk does, keeps nothing then, and works again", function()
    local failures, recovered = 0, 0
    for seed = 1, 6 do
      local synced, failed = 0, false
      for _, event in ipairs(simulate(WRITER, { disk_error = "always" }, seed).history) do
        if event.kind == "failed" then
          assert.equal("disk I/O error", event.reason)
          assert.equal(synced, event.a)
          failures, failed = failures + 1, true
        elseif event.kind == "found" then
          assert.same({ synced, synced }, { event.a, event.b })
        elseif event.kind == "synced" then
          if failed then recovered, failed = recovered + 1, false end
          synced = event.n
        end
      end
    end
    assert.is_true(failures > 0 and recovered > 0)
  end)

  it("waits for a slow disk without holding up its node", function()
    local result = simulate([[
      local role = { stores = { jobs = {} }, timers = { beat = 10 }, state = { beats = 0 } }
      role.on = {}
      function role.on.beat(self) self.beats = self.beats + 1 end
      function role.main(self)
        while true do
          local since, beats = self:now(), self.beats
          self.jobs:put("k", since)
          assert(self.jobs:sync())
          self:note("synced", { took = self:now() - since, beats = self.beats - beats })
        end
      end
      return role]], { disk_slow = { always = true, amount = { 1000, 3000 } } }, 1)
    local slowest = 0
    for _, event in ipairs(notes(result, "synced")) do
      slowest = math.max(slowest, event.took)
      assert.is_true(event.beats >= event.took // 10 - 1)
    end
    assert.is_true(slowest > 300)
  end)

  it("is written within a second without a sync, and at an orderly end", function()
    local text = [[
      local role = { stores = { jobs = {} }, options = { ends = false } }
      function role.main(self)
        self:note("found", { n = self.jobs:get "n" or 0 })
        self.jobs:put("n", (self.jobs:get "n" or 0) + 1)
        if (self.jobs:get "n") < 3 then return nil, "again" end
        self:sleep(1500)
        self:note("late", {})
      end
      return role]]
    local found = {}
    for _, event in ipairs(notes(simulate(text, {}, 1), "found")) do
      table.insert(found, event.n)
    end
    assert.same({ 0, 1, 2 }, found)
  end)

  it("is the same in every run of a seed", function()
    local faults = { crash = true, disk_error = true, disk_slow = true }
    for seed = 1, 5 do
      assert.equal(simulate(WRITER, faults, seed).hash, simulate(WRITER, faults, seed).hash)
    end
  end)

  it("has faults only where there are stores", function()
    local text = "return { main = function(self) self:sleep(10000) end }"
    for seed = 1, 20 do
      for _, fault in ipairs(simulate(text, nil, seed).schedule) do
        assert.is_nil(fault.kind:match "disk")
      end
    end
  end)
end)
