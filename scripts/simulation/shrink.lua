--- Cuts a failing run to the fewest faults that still fail, and writes it as a topology file.
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
function shrink.file(base, seed, schedule, failure)
  local lines = {
    ("--- Seed %d of %s with %d faults: %s"):format(seed, base, #schedule,
      failure:match("[^\n]*")),
    "return {", ("  base = %q,"):format(base), ("  seed = %d,"):format(seed), "  schedule = {",
  }
  for _, fault in ipairs(schedule) do table.insert(lines, "    " .. fault_text(fault) .. ",") end
  table.insert(lines, "  },\n}\n")
  return table.concat(lines, "\n")
end

return shrink
