--- sloop sim: a topology in virtual time, under seeded faults, seed after seed.
-- Counts, reports and repeats runs; one run is simulation.lua's.
local cli = require "command/arguments"
local core = require "sloop".core
local help = require "command/help"
local shrink = require "simulation/shrink"
local simulation = require "simulation/one_run"
local topology = require "topology/topology"
local trace = require "simulation/trace"

local FLAGS <const> = {
  seeds = "positive", seed = "seed", from = "seed", jobs = "positive", time = "milliseconds",
  keep_going = "boolean", trace = "path", diagram = "boolean", shrink = "boolean",
  report = "boolean",
}

local given, wrong = cli.parse(arg, FLAGS)
if not given then return cli.wrong(wrong) end
local flags = given.flags
if flags.help then
  io.stdout:write(help.text "sim", "\n")
  return 0
end
local name = given.words[1]
if not name or given.words[2] then return cli.wrong "simulate one topology file: sloop sim FILE" end

local nodes, file, path = topology.load(name)
if not nodes then return cli.wrong(file) end
local prepared, reason = simulation.prepare(nodes, file)
if not prepared then return cli.wrong(("%s: %s"):format(path, reason)) end

local function say(format, ...) io.stdout:write(format:format(...)) end

local function quoted(text)
  return text:find "^[%w_./-]+$" and text or "'" .. text:gsub("'", "'\\''") .. "'"
end

local function tell_failure(result)
  say("seed %d FAILED: %s\n", result.seed, result.failure)
  for _, fault in ipairs(result.schedule) do
    say("  %s\n", simulation.fault_text(fault, nodes))
  end
  if #result.schedule == 0 then say "  without any fault\n" end
  say("  replay: sloop sim %s --seed=%d --trace\n", quoted(name), result.seed)
end

-- ---- one seed ----

local function show(result)
  local to = io.stdout
  if type(flags.trace) == "string" then
    local why
    to, why = io.open(flags.trace, "w")
    if not to then return nil, why end
  end
  if flags.diagram then
    to:write(trace.diagram(result.history, nodes))
  elseif flags.trace then
    trace.write(result.history, function(...) to:write(...) end)
  end
  if to ~= io.stdout then to:close() end
  return true
end

local function shrink_to_file(result)
  local runs = 0
  local function fails(schedule)
    runs = runs + 1
    return simulation.run(prepared, result.seed, schedule).failure ~= nil
  end
  local least = shrink.least(result.schedule, fails)
  local again = simulation.run(prepared, result.seed, least)
  local out = ("%s.seed%d.lua"):format(path:match("([^/]*)%.lua$") or "run", result.seed)
  local target, why = io.open(out, "w")
  if not target then return cli.fail(why) end
  target:write(shrink.file(path, result.seed, least, again.failure or result.failure))
  target:close()
  say("  shrunk from %d to %d faults in %d runs: %s\n", #result.schedule, #least, runs, out)
  for _, fault in ipairs(least) do say("    %s\n", simulation.fault_text(fault, nodes)) end
end

local function run_one(seed)
  local result = simulation.run(prepared, seed, nil, flags.trace ~= nil or flags.diagram)
  local shown, why = show(result)
  if not shown then return cli.fail(why) end
  if result.failure then tell_failure(result) else say("seed %d: ok\n", seed) end
  say("  ended: %s, %.3f s of virtual time, %d handlers, %d messages, %d dropped, hash %s\n",
    result.ended, result.counts.ms / 1000, result.counts.runs, result.counts.messages,
    result.counts.dropped, result.hash)
  if result.failure and flags.shrink then shrink_to_file(result) end
  return result.failure and cli.FAILED or 0
end

-- ---- many seeds ----

local jobs = flags.jobs or 1
local from = flags.from or 1
local count = flags.seeds or 100
local deadline = flags.time and os.time() + flags.time // 1000

local progress = { done = 0, failed = 0, began = os.time(), told = os.time() }

local function rate()
  local seconds = os.time() - progress.began
  return seconds > 0 and ("%.0f seeds/s"):format(progress.done / seconds) or "-"
end

local function tell_progress()
  if os.time() == progress.told then return end
  progress.told = os.time()
  io.stderr:write(("%d seeds, %d failed, %s\n"):format(progress.done, progress.failed, rate()))
end

local function over() return deadline and os.time() >= deadline end

local function summary()
  say("%d seeds, %d failed, %s\n", progress.done, progress.failed, rate())
  return progress.failed > 0 and cli.FAILED or 0
end

local function run_here()
  for seed = from, from + count - 1 do
    local result = simulation.run(prepared, seed)
    progress.done = progress.done + 1
    if result.failure then
      progress.failed = progress.failed + 1
      tell_failure(result)
      if flags.shrink then shrink_to_file(result) end
      if not flags.keep_going then break end
    end
    if over() then break end
    tell_progress()
  end
  return summary()
end

-- A job: every so many seeds a line "= done failed", everything else is for people.
local function run_as_job()
  local function report() say("= %d %d\n", progress.done, progress.failed) io.stdout:flush() end
  for seed = from, from + count - 1 do
    local result = simulation.run(prepared, seed)
    progress.done = progress.done + 1
    if result.failure then
      progress.failed = progress.failed + 1
      tell_failure(result)
      if not flags.keep_going then break end
    end
    if over() then break end
    if progress.done % 10 == 0 then report() end
  end
  report()
  return progress.failed > 0 and cli.FAILED or 0
end

-- Addresses repeat only in a process of its own, so jobs are processes: each takes a share.
local function start_job(first, share)
  local words = { ("/proc/%d/exe sim %s --report"):format(core.pid(), quoted(name)),
    ("--from=%d --seeds=%d"):format(first, share) }
  if flags.keep_going then table.insert(words, "--keep-going") end
  if flags.time then table.insert(words, ("--time=%d"):format(flags.time)) end
  return { output = assert(io.popen(table.concat(words, " "))), done = 0, failed = 0 }
end

-- Read a job up to its next report; false at its end.
local function read_job(job)
  for line in job.output:lines() do
    local done, failed = line:match("^= (%d+) (%d+)$")
    if done then
      job.done, job.failed = tonumber(done), tonumber(failed)
      return true
    end
    say("%s\n", line)
  end
  return false
end

local function run_jobs()
  local running, all, first = {}, {}, from
  for i = 1, jobs do
    local share = count // jobs + (i <= count % jobs and 1 or 0)
    if share > 0 then table.insert(running, start_job(first, share)) end
    first = first + share
  end
  table.move(running, 1, #running, 1, all)
  while #running > 0 do
    for i = #running, 1, -1 do
      if not read_job(running[i]) then table.remove(running, i) end
    end
    progress.done, progress.failed = 0, 0
    for _, job in ipairs(all) do
      progress.done, progress.failed = progress.done + job.done, progress.failed + job.failed
    end
    if progress.failed > 0 and not flags.keep_going then break end
    tell_progress()
  end
  for _, job in ipairs(all) do job.output:close() end
  return summary()
end

local seed = flags.seed or file.seed
if seed then return run_one(seed) end
if flags.trace or flags.diagram then
  return cli.wrong "--trace and --diagram show one run: --seed=S"
end
if flags.report then return run_as_job() end
if jobs > 1 then return run_jobs() end
return run_here()
