--- sloop sim: run a topology in virtual time, under seeded faults.
-- Counts, reports and repeats runs; one run is simulation/one_run.lua.
local arguments = require "command/arguments"
local checker_place = require "simulation/checker_place"
local coverage = require "simulation/coverage"
local excerpt = require "simulation/excerpt"
local files = require "base/files"
local jobs = require "simulation/jobs"
local many_seeds = require "simulation/many_seeds"
local one_run = require "simulation/one_run"
local progress = require "base/progress"
local shell = require "base/shell"
local smallest_run = require "simulation/smallest_run"
local replay = require "simulation/replay"
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
    { "first", "seed", "the first seed (1)" },
    { "jobs", "positive", "run them in this many processes at once", as = "J" },
    { "time", "milliseconds", "begin no further run after this time" },
    { "keep_going", "boolean", "do not stop at the first failure" },
    { "seed", "seed", "only this run" },
    { "set", "setting", "set an option of a node, and repeated: --set worker.service=echo",
      as = "NODE.OPTION=value" },
    { "without", "string", "leave these nodes, or copies, out", as = "NODE,..." },
    { "duration", "milliseconds", "how long there are faults, in place of the file's" },
    { "quiet", "milliseconds", "how long there are none after that" },
    { "faults", "string", "with --seed: only these of the seed's faults, by number, and how many "
      .. "ms they last, as the command has it that is printed after a failure", as = "N:MS,..." },
    { "trace", "path", "with --seed: print every event, or write it to the file",
      as = "FILE" },
    { "diagram", "boolean", "with --seed: print the run as a Mermaid sequence diagram" },
    { "node", "string", "trace and diagram: only these nodes, and messages from and to them",
      as = "NODE,..." },
    { "from", "milliseconds", "trace and diagram: begin at this virtual time" },
    { "to", "milliseconds", "trace and diagram: end there" },
    { "shrink", "boolean", "write a failing run, cut to the fewest faults and nodes, the smallest "
      .. "options and the shortest time with which it still fails, as a file that `sloop sim` "
      .. "runs; without it 10 s are spent on cutting the first one; --shrink=false: do not" },
    { "upgrade", "path", "begin with the roles' files of another folder; each node changes to its "
      .. "present code at a moment of the run", as = "OLD_FOLDER" },
    { "lines", "boolean", "say which lines of the roles never ran; slower" },
    { "report", "boolean", "print counts for a program to read, as a job of --jobs does" },
  },
  notes = [[
`sloop help testing` has every fault, its defaults, and how a checker is written.

Exit status: 0 every run kept its promise, 1 one did not, 2 wrong usage.

  sloop sim patterns/majordomo/topology.lua --seeds=10000 --jobs=2]],
}

local SHRINK_SECONDS <const> = 10 -- of processor time, if --shrink is not given

local function say(format, ...) io.stdout:write(format:format(...)) end

local run = {}
run.__index = run

-- Prepares the topology with other options, NODE.OPTION -> value, and without some nodes, a list of
-- names; nil if it can't be.
local function reload(self, without, set)
  local settings = {}
  for name, value in pairs(set) do
    local path = {}
    for word in name:gmatch "[^.]+" do table.insert(path, (word:gsub("-", "_"))) end
    table.insert(settings, { path = path, value = tostring(value) })
  end
  local options = { keep = true, settings = settings, without = without }
  local nodes, file, path = topology.load(self.name, options)
  return nodes and (one_run.prepare(nodes, file, path, self.flags.upgrade))
end

local CHANGES <const> = { "set", "without", "duration", "quiet", "faults", "upgrade" }

-- Options that made this run, as they were given.
local function given_options(flags)
  local words = {}
  for _, name in ipairs(CHANGES) do
    for _, setting in ipairs(name == "set" and flags.set or {}) do
      local text = ("%s=%s"):format(table.concat(setting.path, "."), setting.value)
      table.insert(words, "--set " .. shell.quote(text))
    end
    if flags[name] and name ~= "set" then
      table.insert(words, shell.quote(("--%s=%s"):format(name, flags[name])))
    end
  end
  return words
end

-- A run that was changed already is changed no further: its faults are numbered as in the file's.
local function is_whole(self)
  local flags = self.flags
  for _, name in ipairs(CHANGES) do
    if flags[name] and name ~= "upgrade" then return false end
  end
  return not (self.file.schedule or self.file.without)
end

local function shrunk(self, result)
  return smallest_run.find({
    prepared = self.prepared, file = self.file, result = result,
    load = is_whole(self) and function(...) return reload(self, ...) end or nil,
  }, self.flags.shrink and math.huge or SHRINK_SECONDS)
end

-- What is left of the run, in words.
function run:describe(result, least)
  local form, settings = least.form, {}
  for name, value in pairs(form.set) do table.insert(settings, (", %s=%s"):format(name, value)) end
  table.sort(settings)
  return ("%d of %d faults, %d of %d nodes%s, %.3f s of virtual time"):format(#form.schedule,
    #result.schedule, #self.nodes - #form.without, #self.nodes, table.concat(settings),
    least.ms / 1000)
end

function run:report_failure(result)
  if self.progress then self.progress:clear() end
  say("seed %d FAILED: %s\n", result.seed, result.failure)
  local place = not result.raised and self.prepared.check
    and checker_place(self.prepared.check, result.history, result.failure)
  if place then say("  found by the check at %s\n", place) end
  for _, line in ipairs(coverage.of_run(result)) do say("  %s\n", line) end
  local schedule, more, least = result.schedule, given_options(self.flags), nil
  if self.flags.shrink ~= false and not self.has_shrunk then
    least = shrunk(self, result)
    self.has_shrunk = not self.flags.shrink -- with it, each failure becomes a file
    schedule = least.form.schedule
    say("  smallest run: %s\n", self:describe(result, least))
    if least.failure ~= result.failure then say("  it says: %s\n", least.failure) end
    if is_whole(self) then
      local spec = self.prepared.spec
      table.insert(more, 1, replay.options(least.form, result.schedule, spec))
    end
  end
  for _, fault in ipairs(schedule) do say("  %s\n", one_run.fault_text(fault, self.nodes)) end
  if #schedule == 0 then say "  without any fault\n" end
  table.insert(more, "--trace")
  say("  replay: %s\n", replay.command(self.name, result.seed, more))
  if least and self.flags.shrink then return self:write(result, least) end
end

-- ---- one seed ----

function run:show(result)
  local flags, parts = self.flags, {}
  local to_file = type(flags.trace) == "string"
  local function put(text)
    if to_file then table.insert(parts, text) else io.stdout:write(text) end
  end
  local history, nodes = result.history, self.nodes
  if self.shown_nodes or flags.from or flags.to then
    history = excerpt.of(history, self.shown_nodes, flags.from, flags.to)
    nodes = excerpt.participants(history, nodes)
  end
  if flags.diagram then
    put(trace.diagram(history, nodes))
  elseif flags.trace then
    trace.write(history, function(...) put(table.concat { ... }) end)
  end
  if not to_file then return true end
  return files.write(flags.trace, table.concat(parts))
end

-- A file that repeats the shrunk run. Returns false and says why if it can't be written.
function run:write(result, least)
  local out = ("%s.seed%d.lua"):format(self.path:match("([^/]*)%.lua$") or "run", result.seed)
  local form = least.form
  local left = (form.without[1] and reload(self, form.without, form.set) or self.prepared).nodes
  local ok, reason = files.write(out,
    replay.file(self.path, result.seed, form, least.failure, self.nodes, left))
  if not ok then
    io.stderr:write("sloop: ", reason, "\n")
    return
  end
  say("  shrunk from %d to %d faults in %d runs: %s\n", #result.schedule, #form.schedule,
    least.runs, out)
end

-- The faults that --faults names: nil if it is absent, or false and what is wrong.
function run:chosen_faults(seed)
  local text = self.flags.faults
  if not text then return nil end
  local nodes, file, path = topology.load(self.name, { keep = true })
  local whole = assert(one_run.prepare(nodes, file, path, self.flags.upgrade))
  local faults, reason = replay.faults(text, one_run.run(whole, seed).schedule)
  if not faults then return false, reason end
  return smallest_run.renumbered(faults, nodes, self.nodes)
end

function run:one(seed)
  local flags = self.flags
  local schedule, wrong = self:chosen_faults(seed)
  if schedule == false then return arguments.usage_error(wrong) end
  local result = one_run.run(self.prepared, seed, schedule, flags.trace ~= nil or flags.diagram)
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

function run:report_job() jobs.report(self.done, self.failed, self.coverage:take()) end

function run:here(from, count)
  local flags = self.flags
  local deadline = flags.time and os.time() + flags.time // 1000
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
    elseif self.done % REPORT_EVERY == 0 then self:report_job() end
  end
  if flags.report then self:report_job() end
end

function run:in_jobs(from, count)
  local flags = self.flags
  jobs.run(self.name, from, count, flags.jobs, flags, self.progress, self.coverage,
    function(done, failed)
      self.done, self.failed = done, failed
      self:report_progress()
      return failed == 0 or self.flags.keep_going or false
    end)
end

function run:many()
  local flags = self.flags
  local from, count = flags.first or 1, flags.seeds or 100
  self.progress, self.coverage = progress.new(count, "seeds"), coverage.new(self.prepared)
  if (flags.jobs or 1) > 1 then self:in_jobs(from, count) else self:here(from, count) end
  self.progress:clear()
  if not flags.report then io.stdout:write(self:counts(), self.coverage:text(flags.lines)) end
  return self.failed > 0 and arguments.FAILED or 0
end

-- Why these flags make no sense together, or nil.
local function conflict(flags)
  if flags.seed and flags.seeds then return "--seed=S is one run, --seeds=N are many: give one" end
  if (flags.trace or flags.diagram) and not flags.seed then
    return "--trace and --diagram show one run: --seed=S"
  end
  local narrows = flags.node or flags.from or flags.to
  if narrows and not (flags.trace or flags.diagram) then
    return "--node, --from and --to narrow --trace or --diagram: give one of these"
  end
  if flags.from and flags.to and flags.from > flags.to then return "--from is later than --to" end
  if flags.faults and not flags.seed then return "--faults are those of one run: --seed=S" end
end

local function names_in(text)
  local names = {}
  for name in text:gmatch "[^,%s]+" do table.insert(names, name) end
  return names
end

function sim.run(given)
  local flags, name = given.flags, given.words[1]
  if not name or given.words[2] then
    return arguments.usage_error "simulate one topology file: sloop sim FILE"
  end
  local nodes, file, path, warnings = topology.load(name, {
    keep = true, settings = flags.set, without = flags.without and names_in(flags.without),
  })
  if not nodes then return arguments.usage_error(file) end
  file.duration, file.quiet = flags.duration or file.duration, flags.quiet or file.quiet
  flags.seed = flags.seed or not flags.seeds and file.seed or nil
  local wrong = conflict(flags)
  if wrong then return arguments.usage_error(wrong) end
  local shown, unknown
  if flags.node then shown, unknown = excerpt.names(flags.node, nodes) end
  if unknown then return arguments.usage_error("--node: " .. unknown) end
  local prepared, reason = one_run.prepare(nodes, file, path, flags.upgrade)
  if prepared then prepared.spec.lines = flags.lines end
  if not prepared then return arguments.usage_error(("%s: %s"):format(path, reason)) end
  if not flags.report then arguments.warn(warnings) end -- else another process did
  if not file.check and not flags.report then
    io.stderr:write(("sloop: %s has no 'check': only errors of handlers count as failures\n")
      :format(path))
  end
  local self = setmetatable({
    name = name, path = path, file = file, nodes = nodes, prepared = prepared, flags = flags,
    done = 0, failed = 0, shown_nodes = shown,
    has_shrunk = flags.faults ~= nil and not flags.shrink, -- it is what is left of a run
  }, run)
  local kept <close> = one_run.keep_files() -- luacheck: ignore kept
  if flags.seed then return self:one(flags.seed) end
  return self:many()
end

return sim
