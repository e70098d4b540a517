--- sloop sim: run a topology in virtual time, under seeded faults.
-- Counts, reports and repeats runs; one run is simulation/one_run.lua.
local arguments = require "command/arguments"
local coverage = require "simulation/coverage"
local jobs = require "simulation/jobs"
local many_seeds = require "simulation/many_seeds"
local one_run = require "simulation/one_run"
local progress = require "base/progress"
local shell = require "base/shell"
local shrink = require "simulation/shrink"
local topology = require "topology/topology"
local trace = require "simulation/trace"

local sim = {
  section = "run",
  usage = "FILE [--seeds=N | --seed=S]", completes = { "file" },
  text = [[
Runs a whole topology of unchanged scripts in virtual time, on a virtual network, under faults
that a seed draws, and checks the promise that the file's 'check' states. The same seed gives the
same run, event for event.]],
  options = {
    { "seeds", "positive", "how many runs (100)" },
    { "from", "seed", "the first seed (1)" },
    { "jobs", "positive", "run them in this many processes at once", as = "J" },
    { "time", "milliseconds", "begin no further run after this time" },
    { "keep_going", "boolean", "do not stop at the first failure" },
    { "seed", "seed", "only this run" },
    { "trace", "path", "with --seed: print every event, or write it to the file",
      as = "FILE" },
    { "diagram", "boolean", "with --seed: print the run as a Mermaid sequence diagram" },
    { "shrink", "boolean", "write the first failing run, cut to the fewest faults that still fail, "
      .. "as a file that `sloop sim` runs; without it 10 s are spent on cutting it; "
      .. "--shrink=false: do not" },
    { "upgrade", "path", "begin with the roles' files of another folder; each node changes to its "
      .. "present code at a moment of the run", as = "OLD_FOLDER" },
    { "lines", "boolean", "say which lines of the roles never ran; slower" },
    { "report", "boolean", "print counts for a program to read, as a job of --jobs does" },
  },
  notes = [[
Exit status: 0 every run kept its promise, 1 one did not, 2 wrong usage.

  sloop sim patterns/majordomo/topology.lua --seeds=10000 --jobs=2]],
}

local SHRINK_SECONDS <const> = 10 -- of processor time, if --shrink is not given

local function say(format, ...) io.stdout:write(format:format(...)) end

local run = {}
run.__index = run

-- Fewer and shorter faults, and less time, with which the run fails in the same way.
local function shrunk(prepared, result, seconds)
  local over, runs = os.clock() + seconds, 0
  local signature = shrink.signature(result.failure)
  local phases = { fault_ms = prepared.spec.fault_ms, quiet_ms = prepared.spec.quiet_ms }
  local function fails(schedule, other)
    if os.clock() >= over then return false end
    runs = runs + 1
    local failure = one_run.run(prepared, result.seed, schedule, nil, other or phases).failure
    return failure ~= nil and shrink.signature(failure) == signature
  end
  local schedule = shrink.least(result.schedule, fails)
  phases = shrink.phases(phases, function(other) return fails(schedule, other) end)
  schedule = shrink.shorter(schedule, fails)
  local least = one_run.run(prepared, result.seed, schedule, nil, phases)
  return { schedule = schedule, phases = phases, runs = runs, failure = least.failure }
end

function run:report_failure(result)
  if self.progress then self.progress:clear() end
  say("seed %d FAILED: %s\n", result.seed, result.failure)
  local schedule, seconds = result.schedule, self.flags.shrink and math.huge or SHRINK_SECONDS
  local least
  if self.flags.shrink ~= false and #schedule > 0 and not self.has_shrunk then
    least = shrunk(self.prepared, result, seconds)
    self.has_shrunk = not self.flags.shrink -- with it, each failure becomes a file
    schedule = least.schedule
    say("  it needs %d of %d faults:\n", #schedule, #result.schedule)
  end
  for _, fault in ipairs(schedule) do say("  %s\n", one_run.fault_text(fault, self.nodes)) end
  if #schedule == 0 then say "  without any fault\n" end
  say("  replay: sloop sim %s --seed=%d --trace\n", shell.quote(self.name), result.seed)
  if least and self.flags.shrink then return self:write(result, least) end
end

-- ---- one seed ----

function run:show(result)
  local flags, to = self.flags, io.stdout
  if type(flags.trace) == "string" then
    local reason
    to, reason = io.open(flags.trace, "w")
    if not to then return nil, reason end
  end
  if flags.diagram then
    to:write(trace.diagram(result.history, self.nodes))
  elseif flags.trace then
    trace.write(result.history, function(...) to:write(...) end)
  end
  if to ~= io.stdout then to:close() end
  return true
end

-- A file that repeats the shrunk run. Returns false and says why if it can't be written.
function run:write(result, least)
  local out = ("%s.seed%d.lua"):format(self.path:match("([^/]*)%.lua$") or "run", result.seed)
  local target, reason = io.open(out, "w")
  if not target then
    io.stderr:write("sloop: ", reason, "\n")
    return
  end
  target:write(shrink.file(self.path, result.seed, least.schedule, least.phases,
    least.failure or result.failure))
  target:close()
  say("  shrunk from %d to %d faults in %d runs: %s\n", #result.schedule, #least.schedule,
    least.runs, out)
end

function run:one(seed)
  local flags = self.flags
  local result = one_run.run(self.prepared, seed, nil, flags.trace ~= nil or flags.diagram)
  local shown, reason = self:show(result)
  if not shown then return arguments.fail(reason) end
  if result.failure then self:report_failure(result) else say("seed %d: ok\n", seed) end
  say("  ended: %s, %.3f s of virtual time, %d handlers, %d messages, %d dropped, hash %s\n",
    result.ended, result.counts.ms / 1000, result.counts.runs, result.counts.messages,
    result.counts.dropped, result.hash)
  return result.failure and arguments.FAILED or 0
end

-- ---- many seeds ----

local REPORT_EVERY <const> = 10 -- seeds, of a job

function run:counts()
  return ("%d seeds, %d failed, %s\n"):format(self.done, self.failed, self.progress:rate(self.done))
end

function run:report_progress()
  self.progress:update(self.done, (", %d failed"):format(self.failed))
end

function run:here(from, count)
  local flags = self.flags
  local deadline = flags.time and os.time() + flags.time // 1000
  self.coverage = coverage.new(self.prepared)
  for result in many_seeds.results(self.prepared, from, count) do
    self.done = self.done + 1
    self.coverage:add(result)
    if result.failure then
      self.failed = self.failed + 1
      self:report_failure(result)
      if not flags.keep_going then break end
    end
    if deadline and os.time() >= deadline then break end
    if not flags.report then self:report_progress()
    elseif self.done % REPORT_EVERY == 0 then jobs.report(self.done, self.failed) end
  end
  if flags.report then jobs.report(self.done, self.failed) end
end

function run:in_jobs(from, count)
  local flags = self.flags
  jobs.run(self.name, from, count, flags.jobs, flags, self.progress, function(done, failed)
    self.done, self.failed = done, failed
    self:report_progress()
    return failed == 0 or self.flags.keep_going or false
  end)
end

function run:many()
  local flags = self.flags
  local from, count = flags.from or 1, flags.seeds or 100
  self.progress = progress.new(count, "seeds")
  if (flags.jobs or 1) > 1 then self:in_jobs(from, count) else self:here(from, count) end
  self.progress:clear()
  if not flags.report then io.stdout:write(self:counts()) end
  if self.coverage and not flags.report then io.stdout:write(self.coverage:text(flags.lines)) end
  return self.failed > 0 and arguments.FAILED or 0
end

-- Why these flags make no sense together, or nil.
local function conflict(flags)
  if flags.seed and flags.seeds then return "--seed=S is one run, --seeds=N are many: give one" end
  if (flags.trace or flags.diagram) and not flags.seed then
    return "--trace and --diagram show one run: --seed=S"
  end
end

function sim.run(given)
  local flags, name = given.flags, given.words[1]
  if not name or given.words[2] then
    return arguments.usage_error "simulate one topology file: sloop sim FILE"
  end
  local nodes, file, path = topology.load(name, { keep = true })
  if not nodes then return arguments.usage_error(file) end
  flags.seed = flags.seed or not flags.seeds and file.seed or nil
  local wrong = conflict(flags)
  if wrong then return arguments.usage_error(wrong) end
  local prepared, reason = one_run.prepare(nodes, file, path, flags.upgrade)
  if prepared then prepared.spec.lines = flags.lines end
  if not prepared then return arguments.usage_error(("%s: %s"):format(path, reason)) end
  if not file.check and not flags.report then
    io.stderr:write(("sloop: %s has no 'check': only errors of handlers count as failures\n")
      :format(path))
  end
  local self = setmetatable({
    name = name, path = path, nodes = nodes, prepared = prepared, flags = flags,
    done = 0, failed = 0,
  }, run)
  local kept <close> = one_run.keep_files() -- luacheck: ignore kept
  if flags.seed then return self:one(flags.seed) end
  return self:many()
end

return sim
