--- Measures Sloop beside the same programs in plain C: `make bench`, or
--- `sloop lua bench/run.lua [--rounds=N] [--ms=N] [CASE...]` from the repository's root.
--
-- Figures of another day or machine say little, so none is kept here: what counts
-- are ratios between programs that ran in turn within the same round. A round
-- takes one sample of each; a table shows the median over the rounds, and of the
-- ratios also the smallest and the largest. Nothing here passes or fails.

local cases = require "cases"
local progress = require "sloop.private.base.progress"
local report = require "report"
local sample = require "sample"

local function first_line(command)
  local pipe <close> = io.popen(command .. " 2>/dev/null")
  return pipe:read("l") or ""
end

local function describe(settings)
  local processor = first_line "sed -n 's/^model name[^:]*: //p' /proc/cpuinfo"
  print(("%s cores (%s), %s, load %s at the start"):format(first_line "nproc", processor,
    first_line "uname -sr", first_line "cut -d' ' -f1-3 /proc/loadavg"))
  print(first_line "build/bench/load" .. ", " .. first_line "build/release/sloop --version")
  print(("%d rounds of %d ms a sample; ratios: median (smallest..largest)")
    :format(settings.rounds, settings.ms))
end

local function parse(words)
  local settings, names = { rounds = 5, ms = 300 }, {}
  for _, word in ipairs(words) do
    local name, value = word:match "^%-%-(%w+)=(%d+)$"
    if settings[name] then
      settings[name] = math.tointeger(value)
    else
      names[word] = true
    end
  end
  return settings, names
end

local complaints = {} -- a program that is missing says so once

local function complain(program, reason, shown)
  local text = ("%s: %s"):format(program.node:match "^%S+ ?%S* ?%S*", reason)
  shown:clear()
  if not complaints[text] then io.stderr:write(text, "\n") end
  complaints[text] = true
end

--- Each program's rates, by round. The order within a round turns, so that none always
--- comes first. A program that fails is left out of the rest of the row. `shown`: the progress.
local function measure(case, row, settings, shown)
  local rates, failed = {}, {}
  for _, program in ipairs(case) do rates[program.name] = {} end
  for round = 1, settings.rounds do
    for turn = 1, #case do
      local program = case[(round + turn) % #case + 1]
      if not failed[program] then
        shown.done = shown.done + 1
        shown:update(shown.done, ", " .. case.name)
        local done, seconds = sample.take(row, program.node, program.load or case.load, settings.ms)
        if done then
          rates[program.name][round] = done / seconds
        else
          failed[program] = true
          complain(program, seconds, shown)
        end
      end
    end
  end
  return rates
end

local function known(names)
  local valid, list = {}, {}
  for _, case in ipairs(cases) do
    valid[case.name], list[#list + 1] = true, case.name
  end
  for name in pairs(names) do
    if not valid[name] then return nil, name, table.concat(list, ", ") end
  end
  return true
end

-- A script, and a load alone, say nothing of how far they are: each counts as one sample.
local function samples_in(chosen, settings)
  local count = 0
  for _, case in ipairs(chosen) do
    count = count + (case.rows and #case.rows * #case * settings.rounds or 1)
  end
  return count
end

local function main(words)
  local settings, names = parse(words)
  local good, wrong, list = known(names)
  if not good then
    io.stderr:write("no case ", wrong, "; there are ", list, "\n")
    return 2
  end
  describe(settings)
  local chosen = {}
  for _, case in ipairs(cases) do
    if not next(names) or names[case.name] then table.insert(chosen, case) end
  end
  local shown = progress.new(samples_in(chosen, settings), "samples")
  shown.done = 0
  for _, case in ipairs(chosen) do
    if case.rows then
      local lines = {}
      for i, row in ipairs(case.rows) do
        lines[i] = report.line(case, row, measure(case, row, settings, shown))
      end
      shown:clear()
      report.table(case, lines)
    else
      shown.done = shown.done + 1
      shown:update(shown.done, ", " .. case.name)
      local text = case.script and sample.script(case.script) or sample.run(case.load_alone)
      shown:clear()
      report.verbatim(case, text)
    end
  end
  return 0
end

os.exit(main(arg))
