--- Cuts a list of faults, and durations, to the fewest and shortest with which a run still fails.
-- Knows no run: that is simulation/smallest_run.lua. Delta debugging: leave out parts of the list,
-- smaller and smaller ones, while it still fails.
local shrink = {}

local function without(list, first, last)
  local rest = {}
  for i, each in ipairs(list) do
    if i < first or i > last then table.insert(rest, each) end
  end
  return rest
end

--- The fewest faults of `schedule` with which `fails(schedule)`, which is called often, is true.
function shrink.least(schedule, fails)
  local size = math.max(1, #schedule // 2)
  while #schedule > 0 do
    local first, cut = 1, false
    while first <= #schedule do
      local rest = without(schedule, first, first + size - 1)
      if fails(rest) then schedule, cut = rest, true else first = first + size end
    end
    if size == 1 and not cut then break end
    if not cut then size = math.max(1, size // 2) end
    if size > #schedule then size = math.max(1, #schedule) end
  end
  return schedule
end

--- What a failure says, without its numbers: two runs with the same fail in the same way. The names
-- of nodes are kept.
function shrink.signature(failure)
  return (failure:match("[^\n]*"):gsub("%f[%w%._-]%d[%d%.]*", "#"))
end

--- The same without the numbers of copies: which promise is broken, whoever breaks it.
function shrink.promise(failure) return (shrink.signature(failure):gsub("%.%d+", ".#")) end

--- A failure with its numbers, but for those with a fraction, which are times: two runs that fail
--- without any fault differ if they count something else.
function shrink.exact_signature(failure)
  return (failure:match("[^\n]*"):gsub("%f[%w%._-]%d+%.%d+", "#"))
end

local SHORTER <const> = { 0.125, 0.5, 0.75 } -- times as long

local function replaced(schedule, i, key, value)
  local copy = table.move(schedule, 1, #schedule, 1, {})
  local plain = {}
  for name, each in pairs(schedule[i]) do plain[name] = each end
  plain[key] = value
  copy[i] = plain
  return copy
end

--- The schedule with durations as short as possible, as long as `fails(schedule)` holds.
function shrink.shorter(schedule, fails)
  for i = 1, #schedule do
    local cut = true
    while cut and schedule[i].duration > 1 do
      cut = false
      for _, factor in ipairs(SHORTER) do
        local rest = replaced(schedule, i, "duration", schedule[i].duration * factor // 1)
        if fails(rest) then
          schedule, cut = rest, true
          break
        end
      end
    end
  end
  return schedule
end

--- The smallest value of an option, from 1 up to `value`, with which `fails(value)` holds.
function shrink.number(value, fails)
  local cut = true
  while cut and value > 1 do
    cut = false
    for _, factor in ipairs(SHORTER) do
      local smaller = math.max(1, value * factor // 1 | 0)
      if smaller < value and fails(smaller) then
        value, cut = smaller, true
        break
      end
    end
  end
  return value
end

--- The shortest of the phases with faults and of quiet, { fault_ms =, quiet_ms = }, with which
-- `fails(phases)` holds; no fault of the schedule comes when they are over.
function shrink.phases(phases, schedule, fails)
  local least = { quiet_ms = 100, fault_ms = 100 }
  for _, fault in ipairs(schedule) do
    least.fault_ms = math.max(least.fault_ms, fault.time + fault.duration)
  end
  for _, key in ipairs { "quiet_ms", "fault_ms" } do
    local cut = true
    while cut and phases[key] > least[key] do
      local shorter = { fault_ms = phases.fault_ms, quiet_ms = phases.quiet_ms }
      shorter[key] = math.max(phases[key] // 2, least[key] // 1 + 1)
      if shorter[key] >= phases[key] then break end
      cut = fails(shorter)
      if cut then phases = shorter end
    end
  end
  return phases
end

--- A copy of the schedule whose faults know their place in it, `number`.
function shrink.numbered(schedule)
  local list = {}
  for number, fault in ipairs(schedule) do
    local copy = { number = number }
    for key, value in pairs(fault) do copy[key] = value end
    list[number] = copy
  end
  return list
end

return shrink
