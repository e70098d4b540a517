--- Cuts a failing run to the fewest and shortest faults with which it fails in the same way, and
-- writes it as a topology file.
-- Delta debugging: leave out parts of the list, smaller and smaller ones, while it still fails.
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

--- The shortest of the phases with faults and of quiet, { fault_ms =, quiet_ms = }, with which
-- `fails(phases)` holds.
function shrink.phases(phases, fails)
  for _, key in ipairs { "quiet_ms", "fault_ms" } do
    local cut = true
    while cut and phases[key] > 100 do
      local shorter = { fault_ms = phases.fault_ms, quiet_ms = phases.quiet_ms }
      shorter[key] = phases[key] // 2
      cut = fails(shorter)
      if cut then phases = shorter end
    end
  end
  return phases
end

local ORDER <const> = { "kind", "time", "duration", "amount", "node", "peer", "any_peer",
                        "choice", "silent", "aim" }

local function fault_text(fault)
  local parts = {}
  for _, key in ipairs(ORDER) do
    local value = fault[key]
    if value ~= nil and value ~= false then
      table.insert(parts, ("%s = %s"):format(key,
        type(value) == "string" and ("%q"):format(value) or tostring(value)))
    end
  end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

--- The text of a topology file that repeats this run of `base`.
function shrink.file(base, seed, schedule, phases, failure)
  local lines = {
    ("--- Seed %d of %s with %d faults: %s"):format(seed, base, #schedule,
      failure:match("[^\n]*")),
    "return {", ("  base = %q,"):format(base), ("  seed = %d,"):format(seed),
    ("  duration = %d, quiet = %d,"):format(phases.fault_ms // 1, phases.quiet_ms // 1),
    "  schedule = {",
  }
  for _, fault in ipairs(schedule) do table.insert(lines, "    " .. fault_text(fault) .. ",") end
  table.insert(lines, "  },\n}\n")
  return table.concat(lines, "\n")
end

return shrink
