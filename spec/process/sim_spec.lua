--- sloop sim: what it prints, what it writes, how it ends.
local helper = require "spec.helper"

-- A client that gives up at its first fault: some seeds fail, some do not.
local FRAGILE <const> = [[
return {
  nodes = {
    server = { "lazy_pirate/server" },
    client = { "lazy_pirate/client", requests = 20, timeout = 300, retries = 1 },
  },
  duration = 5000, quiet = 1000,
  faults = { crash = { "server" }, step = "always", rate = "always" },
  check = function(history)
    for _, event in ipairs(history) do
      if event.kind == "gave_up" then return "gave up" end
    end
  end,
}]]

local ROBUST <const> = [[
return {
  nodes = { server = { "request_reply/server" }, client = { "request_reply/client" } },
  faults = { delay = true },
}]]

local folder

local function file(text, name)
  folder = folder or helper.folder()
  return helper.write(("%s/%s.lua"):format(folder, name or "topology"), text)
end

local function sim(path, ...)
  return helper.run({ "sim", path, ... }, { cwd = folder })
end

-- The first seed from here that fails, and all that was printed.
local function failing(path, ...)
  local _, out = sim(path, "--seeds=60", ...)
  return assert(tonumber(out:match "seed (%d+) FAILED"), out), out
end

describe("sloop sim", function()
  after_each(function()
    helper.cleanup()
    folder = nil
  end)

  it("counts seeds, and exits 0 when all kept their promise", function()
    local status, out = sim(file(ROBUST), "--seeds=25")
    assert.equal(0, status)
    assert.matches("^25 seeds, 0 failed, ", out)
  end)

  it("stops at a failure, and tells its seed, its faults, why, and how to see it", function()
    local path = file(FRAGILE)
    local status, out = sim(path, "--seeds=60")
    assert.equal(1, status)
    local seed = out:match "seed (%d+) FAILED: gave up\n"
    assert.is_string(seed)
    assert.matches("\n  crash server at %d+%.%d+ s for ", out)
    assert.is_truthy(out:find(("  replay: sloop sim %s --seed=%s --faults="):format(path, seed), 1,
      true))
    local plain = select(2, sim(path, "--seeds=60", "--shrink=false"))
    local replay = ("  replay: sloop sim %s --seed=%s --trace\n"):format(path, seed)
    assert.is_truthy(plain:find(replay, 1, true))
    assert.matches(("\n%s seeds, 1 failed"):format(seed), out)
  end)

  it("repeats a seed by the command it printed", function()
    local path = file(FRAGILE)
    local seed = failing(path)
    local status, out = sim(path, "--seed=" .. seed, "--trace")
    assert.equal(1, status)
    assert.matches(" server +crash", out)
    assert.matches(" client +gave_up +id=", out)
    assert.matches("client +sent +.*type=req", out)
    assert.matches("hash %x+\n$", out)
  end)

  it("goes on after failures when it is told to, from the seed it is told", function()
    local path = file(FRAGILE)
    local seed = failing(path)
    local status, out = sim(path, "--seeds=10", "--first=" .. seed, "--keep-going")
    assert.equal(1, status)
    local failed = select(2, out:gsub("FAILED", ""))
    assert.is_true(failed > 1 and failed < 10, out)
    assert.matches(("\n10 seeds, %d failed"):format(failed), out)
  end)

  it("finds the same failures with several jobs", function()
    local path = file(FRAGILE)
    local function failures(...)
      local seeds, _, out = {}, sim(path, "--seeds=24", "--keep-going", ...)
      for seed in out:gmatch "seed (%d+) FAILED" do table.insert(seeds, tonumber(seed)) end
      table.sort(seeds)
      return seeds, out
    end
    local one = failures()
    local many, out = failures "--jobs=3"
    assert.is_true(#one > 0)
    assert.same(one, many)
    assert.matches(("\n24 seeds, %d failed"):format(#one), out)
  end)

  it("ends in time", function()
    local status, out = sim(file(ROBUST), "--seeds=10000000", "--time=1000")
    assert.equal(0, status)
    assert.matches("^%d+ seeds, 0 failed", out)
    status, out = sim(file(ROBUST), "--seeds=10000000", "--time=1000", "--jobs=2")
    assert.equal(0, status)
    assert.matches("%d+ seeds, 0 failed", out)
  end)

  it("tells of its progress on stderr", function()
    local _, _, err = sim(file(ROBUST), "--seeds=10000000", "--time=3000")
    assert.matches("%d+ of %d+ seeds, 0 failed, %d+ seeds/s, %d+ %a+ left\n", err)
  end)

  it("writes the trace to a file", function()
    local path = file(ROBUST)
    local status, out = sim(path, "--seed=1", "--trace=" .. folder .. "/trace")
    assert.equal(0, status)
    assert.matches("^seed 1: ok\n", out)
    local trace = helper.read(folder .. "/trace")
    local _, shown = sim(path, "--seed=1", "--trace")
    assert.equal(shown:sub(1, #trace), trace)
    local failed, _, err = sim(path, "--seed=1", "--trace=/dev/full")
    assert.equal(1, failed)
    assert.matches("sloop: /dev/full: No space left on device\n$", err)
    assert.matches("ms  client +delivered +id=%d+ peer=server type=req %[\"\"%]%[World%]\n", trace)
  end)

  it("draws a sequence diagram that Mermaid takes", function()
    local path = file(FRAGILE)
    local seed = failing(path)
    sim(path, "--seed=" .. seed, "--diagram", "--trace=" .. folder .. "/diagram")
    local lines, known = {}, {}
    for line in io.lines(folder .. "/diagram") do table.insert(lines, line) end
    assert.equal("sequenceDiagram", lines[1])
    local arrows = 0
    for i = 2, #lines do
      local line = lines[i]
      local name = line:match "^  participant ([%w_]+) as %S+$"
      local from, to = line:match "^  ([%w_]+)%-[%->][>x]+([%w_]+): %S"
      if not from then from, to = line:match "^  ([%w_]+)%-x([%w_]+): %S" end
      local over = line:match "^  Note over ([%w_]+): %S"
      if name then known[name] = true end
      if from then arrows = arrows + 1 end
      assert.is_truthy(name or from and known[from] and known[to] or over and known[over], line)
      assert.is_nil(line:sub(3):find "[;#]")
    end
    assert.is_true(arrows > 10)
  end)

  it("cuts a failure down to the faults that matter, as a file that fails again", function()
    local path = file(FRAGILE)
    local seed, out = failing(path, "--shrink")
    local before, after, name = out:match "shrunk from (%d+) to (%d+) faults in %d+ runs: (%S+)\n"
    assert.is_true(tonumber(before) > tonumber(after), out)
    assert.equal("1", after)
    assert.equal(("topology.seed%d.lua"):format(seed), name)
    local text = helper.read(folder .. "/" .. name)
    assert.matches("kind = \"crash\"", text)
    local status, again = sim(folder .. "/" .. name)
    assert.equal(1, status)
    assert.matches(("seed %d FAILED: gave up"):format(seed), again)
    local result = assert(require "sloop".sim(folder .. "/" .. name))
    assert.same({ seed, "gave up" }, { result.seed, result.failure })
  end)
end)

describe("sloop sim of a file without a check", function()
  it("says that only errors of handlers count", function()
    local path = file(ROBUST, "unchecked")
    local status, _, err = sim(path, "--seeds=2")
    assert.equal(0, status)
    assert.matches("unchecked.lua has no 'check': only errors of handlers count as failures\n", err)
    assert.is_nil(select(3, sim(file(FRAGILE), "--seed=1")):find("no 'check'", 1, true))
  end)
end)

describe("sloop sim, after a failure,", function()
  after_each(function()
    helper.cleanup()
    folder = nil
  end)

  it("names the few faults that it needs, without being asked", function()
    local seed, out = failing(file(FRAGILE))
    local few, all = out:match "\n  smallest run: (%d+) of (%d+) faults, 2 of 2 nodes"
    assert.matches("\n  crash server ", out)
    assert.equal("1", few, out)
    assert.is_true(tonumber(all) > 1)
    assert.is_truthy(out:find(("seed %d FAILED: gave up\n"):format(seed), 1, true))
  end)

  it("shortens faults and time, as long as the run fails in the same way", function()
    -- Two ways to fail: an early one without any fault, were the time short, and the crash.
    local path = file [[
return {
  nodes = { server = { "lazy_pirate/server" },
            client = { "lazy_pirate/client", requests = 20, timeout = 300, retries = 1 } },
  duration = 5000, quiet = 20000, faults = { crash = { always = true, nodes = { "server" } } },
  check = function(history)
    local last = history[#history]
    if last.time < 1000 then return "too short" end
    for _, event in ipairs(history) do
      if event.kind == "gave_up" then return event.node .. " gave up" end
    end
  end,
}]]
    local _, out = failing(path, "--shrink")
    local name = out:match "faults in %d+ runs: (%S+)\n"
    local text = helper.read(folder .. "/" .. name)
    assert.is_true(tonumber(text:match "quiet = (%d+)") < 20000, text)
    assert.is_true(tonumber(text:match "duration = ([%d.]+), amount") < 1000, text)
    local _, again = sim(folder .. "/" .. name)
    assert.matches("FAILED: client gave up", again)
  end)
end)

describe("sloop sim, after many seeds,", function()
  after_each(function()
    helper.cleanup()
    folder = nil
  end)

  local IDLE <const> = [[
return {
  sockets = { s = { "pair", bind = "tcp://*:5555" } },
  timers = { tick = 100 },
  on = {
    s = function(self)
      self:log "never"
    end,
    tick = function(self) self:note("ticked") end,
  },
}]]

  local function top()
    return file(("return { nodes = { a = { %q } }, duration = 950, quiet = 0, " ..
      "faults = { pause = 'always' } }"):format(file(IDLE, "role")))
  end

  it("says which faults and notes there were, and which handlers never ran", function()
    local _, out = sim(top(), "--seeds=10")
    assert.matches("\nfaults: pause %d+\n", out)
    assert.matches("\nnotes: ticked %d+\n", out)
    assert.matches("\nnever ran: a: on%.s\n", out)
  end)

  it("says with --lines which lines never ran", function()
    local _, out = sim(top(), "--seeds=10", "--lines")
    assert.matches("role%.lua: never ran: lines 6%-7\n", out)
  end)

  it("adds that up over its jobs", function()
    local function seen(...)
      local status, out = sim(top(), "--seeds=12", ...)
      assert.equal(0, status)
      return assert(out:match "\n(faults: .*)$", out)
    end
    assert.equal(seen(), seen "--jobs=3")
    assert.matches("never ran: a: on%.s\n", seen "--jobs=3")
    assert.equal(seen "--lines", seen("--lines", "--jobs=3"))
    assert.matches("notes: ticked %d%d%d?\n", seen "--jobs=3")
  end)
end)

describe("sloop sim tells as a failure", function()
  after_each(function()
    helper.cleanup()
    folder = nil
  end)

  local function fails(wanted, text)
    local status, out = sim(file(text), "--seed=1")
    assert.equal(1, status)
    assert.matches("^seed 1 FAILED: ", out)
    assert.is_truthy(out:find(wanted, 1, true), out)
  end

  local function with_role(text, more)
    local path = file(text, "role")
    return ("return { nodes = { a = { %q } }, duration = 1000, quiet = 0, faults = {}%s }"):format(
      path, more or "")
  end

  it("an error in a handler, with its place", function()
    fails("role.lua:2: oh", with_role [[
      return { timers = { t = 10 }, on = { t = function()
        error "oh" end } }]])
  end)

  it("an error in main, and in init", function()
    fails("role.lua:1: oh", with_role "return { main = function() error 'oh' end }")
    fails("role.lua:1: oh", with_role "return { init = function() error 'oh' end }")
  end)

  it("code without an end, with its place, in a run that ends", function()
    fails("role.lua:2: has computed for 1 s without waiting", with_role [[
      return { timers = { t = 10 }, on = { t = function()
        while true do pcall(function() end) end end } }]])
  end)

  it("nodes that send each other the same for ever", function()
    local path = file([[
      return { sockets = { s = { "pair", bind = "tcp://*:5555" } },
               on = { s = function(self, text) self.s:send(text) end } }]], "role")
    local other = file([[
      return { sockets = { s = { "pair", connect = "tcp://localhost:5555" } },
               on = { s = function(self, text) self.s:send(text) end },
               init = function(self) self.s:send "round" end }]], "other")
    fails("livelock: 200000 handlers ran, and nothing new was sent, noted or logged",
      ("return { nodes = { a = { %q }, b = { %q } }, duration = 300000, quiet = 0, faults = {} }")
      :format(path, other))
  end)

  it("a node that cannot bind", function()
    fails("a does not start: ", with_role(
      "return { sockets = { s = { 'rep', bind = 'tcp://10.9.8.7:1' } } }"))
  end)

  it("a checker that raises", function()
    fails("topology.lua:1: oh no", with_role("return { main = function() end }",
      ", check = function() error 'oh no' end"))
  end)

  it("what the checker returns", function()
    fails("not good", with_role("return { main = function() end }",
      ", check = function() return 'not good' end"))
  end)
end)
