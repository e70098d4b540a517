--- Seeds shared out among processes: a run can be repeated only in a process of its own, because
-- addresses of memory differ in a thread. Each process runs `sloop sim --report`.
local core = require "sloop".core
local shell = require "base/shell"

local jobs = {}

--- What a job prints every few seeds: how many are done and failed, and its coverage since the
--- last time, as coverage.take has it. Every other line is for people.
function jobs.report(done, failed, covered)
  io.stdout:write(("= %d %d %s\n"):format(done, failed, covered))
  io.stdout:flush()
end

-- The flags that a job has of its `sloop sim`.
local PASSED_ON <const> = {
  "keep_going", "lines", "shrink", "time", "upgrade", "without", "duration", "quiet",
}

local function start(file, first, share, options)
  local words = { ("/proc/%d/exe sim %s --report"):format(core.pid(), shell.quote(file)),
    ("--first=%d --seeds=%d"):format(first, share) }
  for _, name in ipairs(PASSED_ON) do
    local value = options[name]
    if value ~= nil then
      local word = ("--%s=%s"):format(name:gsub("_", "-"), value)
      table.insert(words, shell.quote(word))
    end
  end
  for _, setting in ipairs(options.set or {}) do
    local text = ("%s=%s"):format(table.concat(setting.path, "."), setting.value)
    table.insert(words, "--set " .. shell.quote(text))
  end
  return { output = assert(io.popen(table.concat(words, " "))), done = 0, failed = 0 }
end

-- Read a job up to its next report; false at its end.
local function read(job, progress, coverage)
  for line in job.output:lines() do
    local done, failed, covered = line:match("^= (%d+) (%d+) (%x+)$")
    if done then
      job.done, job.failed = tonumber(done), tonumber(failed)
      coverage:merge(covered)
      return true
    end
    progress:clear()
    io.stdout:write(line, "\n")
  end
  return false
end

local function sum(all)
  local done, failed = 0, 0
  for _, job in ipairs(all) do done, failed = done + job.done, failed + job.failed end
  return done, failed
end

--- Run `count` seeds of the topology in `file` from `from` on, in `processes` of them. `options`
-- are the flags of `sloop sim`. `report(done, failed)` is called at each report of a job; when it
-- returns false the jobs are ended. `progress` is cleared before lines of jobs; `coverage` gets
-- what they report.
function jobs.run(file, from, count, processes, options, progress, coverage, report)
  local all, first = {}, from
  for i = 1, processes do
    local share = count // processes + (i <= count % processes and 1 or 0)
    if share > 0 then table.insert(all, start(file, first, share, options)) end
    first = first + share
  end
  local running = table.move(all, 1, #all, 1, {})
  local go_on = true
  while go_on and #running > 0 do
    for i = #running, 1, -1 do
      if not read(running[i], progress, coverage) then table.remove(running, i) end
    end
    go_on = report(sum(all)) ~= false
  end
  for _, job in ipairs(all) do job.output:close() end
end

return jobs
