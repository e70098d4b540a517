--- Plays random scenarios of sockets in both worlds, and prints those in which they differ:
--   sloop lua spec/fuzz/worlds.lua [COUNT] [FROM] [JOBS]
-- A difference is hard when reality does the same each time and the simulated world, whatever its
-- seed, does not. Where reality does now this, now that, and never as the simulated one, it is
-- soft, and only counted. What is hard is shrunk to the steps it needs. Exit status: 1 when
-- there was one, or a scenario could not be played. JOBS processes play side by side: most of the
-- time a scenario waits.
local helper = require "spec.helper"
local process = require "spec.process"
local progress = require "sloop.private.base.progress"
local random_scenario = require "spec.fuzz.random_scenario"
local scenario = require "spec.conformance.scenario"

local COUNT <const>, FROM <const> = tonumber(arg[1]) or 20, tonumber(arg[2]) or 1
local JOBS <const> = tonumber(arg[3]) or 12
local PART <const> = tonumber(arg[4]) -- which of the JOBS this process is

-- Of the times of the real runs: what is late is not different.
local SCALES <const>, FEW_SCALES <const> = { 1, 1, 2, 4 }, { 1, 1 }
local SEEDS <const> = 12 -- of the simulated runs
local TOO_LONG <const> = 20 * 60 * 1000 + COUNT * 10000 -- ms

-- ---- one scenario ----

local function first_difference(a, b)
  for i = 1, math.max(#a, #b) do
    if a[i] ~= b[i] then return i end
  end
end

-- The simulated run that goes on longest as the real one did; and where it differs, or nil.
local function nearest_simulated(text, real)
  local nearest, at
  for seed = 1, SEEDS do
    local simulated = scenario.simulated(text, seed)
    local place = first_difference(real, simulated)
    if not place then return simulated, nil end
    if not at or place > at then nearest, at = simulated, place end
  end
  return nearest, at
end

-- "same"; or "hard" or "soft", with the outcomes of both worlds.
local function compare(lines, scales)
  local text = table.concat(lines, "\n")
  local first, simulated, at
  local is_soft = false
  for _, scale in ipairs(scales) do
    local real = scenario.real(text, scale)
    local nearest, place = nearest_simulated(text, real)
    helper.cleanup()
    if not place then return "same" end
    if first and (first_difference(first, real) or math.huge) <= at then is_soft = true end
    if not first then first, simulated, at = real, nearest, place end
  end
  return is_soft and "soft" or "hard", first, simulated
end

local function played(lines, scales)
  local ok, verdict, real, simulated = pcall(compare, lines, scales or SCALES)
  if ok then return verdict, real, simulated end
  helper.cleanup()
  return "failed", verdict
end

local function shrunk(lines, wanted)
  local i = #lines
  while i >= 1 do
    local fewer = table.move(lines, 1, #lines, 1, {})
    table.remove(fewer, i)
    if played(fewer, FEW_SCALES) == wanted then lines = fewer end
    i = math.min(i - 1, #lines)
  end
  return lines
end

-- What few runs left may be chance: then it is shown as it was.
local function shortest(lines)
  local fewer = shrunk(lines, "hard")
  return played(fewer) == "hard" and fewer or lines
end

local function show(seed, lines, verdict)
  local again, real, simulated = played(lines)
  print(("scenario %d: %s"):format(seed, verdict))
  if again == "failed" then print("  " .. tostring(real)) end
  local have_both = again ~= "failed" and real ~= nil
  for i, line in ipairs(lines) do
    local left, right = have_both and real[i], have_both and simulated[i]
    local outcome = not have_both and "" or left == right and " -> " .. left
      or (" -> %s in the real world, %s in the simulated one"):format(left, right)
    print("  " .. line .. outcome)
  end
end

-- ---- many ----

-- Each scenario played is a line "played VERDICT", behind what there is to show.
local function play_part()
  for seed = FROM + PART - 1, FROM + COUNT - 1, JOBS do
    local lines = random_scenario.make(seed)
    local verdict = played(lines)
    if verdict == "hard" then verdict = played(lines) end -- or it was a busy moment
    if verdict == "hard" then lines = shortest(lines) end
    if verdict == "hard" or verdict == "failed" then show(seed, lines, verdict) end
    print("played " .. verdict)
    io.stdout:flush()
  end
end

-- Count what a process has played since, and print the rest.
local function report(child, counts, shown)
  while child.reported < #child.stdout do
    child.reported = child.reported + 1
    local line = child.stdout[child.reported]
    local verdict = line:match "^played (%a+)$"
    if verdict then
      counts[verdict], counts.all = counts[verdict] + 1, counts.all + 1
    else
      shown:clear()
      print(line)
    end
  end
end

local function play_all()
  local children, counts = {}, { all = 0, same = 0, hard = 0, soft = 0, failed = 0 }
  local shown = progress.new(COUNT, "scenarios")
  for part = 1, JOBS do
    children[part] = process.start(helper.program, {
      "lua", arg[0], tostring(COUNT), tostring(FROM), tostring(JOBS), tostring(part),
    })
    children[part].reported = 0
  end
  process.wait_until(function()
    local all_ended = true
    for _, child in ipairs(children) do
      all_ended = child:has_ended() and all_ended
      report(child, counts, shown)
    end
    shown:update(counts.all, (", %d differ"):format(counts.hard))
    return all_ended
  end, TOO_LONG)
  shown:clear()
  for _, child in ipairs(children) do
    if child.status ~= 0 then print(table.concat(child.stderr, "\n")) end
  end
  local lost = COUNT - counts.all
  print(("%d scenarios from %d on: %d hard differences, %d soft, %d not played")
    :format(COUNT, FROM, counts.hard, counts.soft, counts.failed + lost))
  return counts.hard + counts.failed + lost == 0
end

if PART then
  play_part()
else
  local is_well = play_all()
  process.cleanup()
  os.exit(is_well and 0 or 1)
end
