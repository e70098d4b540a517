--- A smaller run in words: as options of `sloop sim`, and as a topology file.
local shell = require "base/shell"
local smallest_run = require "simulation/smallest_run"
local sorted_keys = require "base/sorted_keys"

local replay = {}

-- ---- options ----

-- "3,7:250": the numbers of faults among those of the whole run, with durations that were changed.
local function faults_text(schedule, whole)
  local parts = {}
  for _, fault in ipairs(schedule) do
    local is_same = fault.duration == whole[fault.number].duration
    table.insert(parts, is_same and tostring(fault.number)
      or ("%d:%.15g"):format(fault.number, fault.duration))
  end
  return parts[1] and table.concat(parts, ",") or "none"
end

--- The options that make a run from the whole one of its seed, whose faults were `whole`, and whose
-- phases `phases`.
function replay.options(form, whole, phases)
  local words = { "--faults=" .. faults_text(form.schedule, whole) }
  if form.without[1] then
    table.insert(words, "--without=" .. table.concat(form.without, ","))
  end
  for _, name in ipairs(sorted_keys(form.set)) do
    table.insert(words, ("--set %s=%s"):format(name, form.set[name]))
  end
  if form.phases.fault_ms ~= phases.fault_ms then
    table.insert(words, ("--duration=%d"):format(form.phases.fault_ms // 1))
  end
  if form.phases.quiet_ms ~= phases.quiet_ms then
    table.insert(words, ("--quiet=%d"):format(form.phases.quiet_ms // 1))
  end
  return table.concat(words, " ")
end

--- The faults that `--faults=TEXT` names of those of the whole run; nil and what is wrong.
function replay.faults(text, whole)
  local list = {}
  for part in (text == "none" and "" or text):gmatch "[^,]+" do
    local number, duration = part:match "^(%d+):?([%d.]*)$"
    local fault = whole[tonumber(number)]
    if not fault or (part:find ":" and not tonumber(duration)) then
      return nil, ("--faults: there is no fault '%s': this seed has %d"):format(part, #whole)
    end
    local copy = {}
    for key, value in pairs(fault) do copy[key] = value end
    copy.duration = tonumber(duration) or fault.duration
    table.insert(list, copy)
  end
  return list
end

--- The command that repeats a run of a file; `more` are further options.
function replay.command(file, seed, more)
  local words = { "sloop sim", shell.quote(file), ("--seed=%d"):format(seed) }
  for _, word in ipairs(more) do table.insert(words, word) end
  return table.concat(words, " ")
end

-- ---- a file ----

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

local function quoted_list(names)
  local parts = {}
  for i, name in ipairs(names) do parts[i] = ("%q"):format(name) end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

local function set_text(set)
  local parts = {}
  for _, name in ipairs(sorted_keys(set)) do
    table.insert(parts, ("[%q] = %s"):format(name, set[name]))
  end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

--- The text of a topology file that repeats the form of a run of the file `base`. `nodes` are those
-- of `base`, by the number that its faults name, `left` those of the form.
function replay.file(base, seed, form, failure, nodes, left)
  local lines = {
    ("--- Seed %d of %s with %d faults: %s"):format(seed, base, #form.schedule,
      failure:match("[^\n]*")),
    "return {", ("  base = %q,"):format(base), ("  seed = %d,"):format(seed),
    ("  duration = %d, quiet = %d,"):format(form.phases.fault_ms // 1,
      form.phases.quiet_ms // 1),
  }
  if form.without[1] then
    table.insert(lines, ("  without = %s,"):format(quoted_list(form.without)))
  end
  if next(form.set) then table.insert(lines, ("  set = %s,"):format(set_text(form.set))) end
  table.insert(lines, "  schedule = {")
  for _, fault in ipairs(smallest_run.renumbered(form.schedule, nodes, left)) do
    table.insert(lines, "    " .. fault_text(fault) .. ",")
  end
  table.insert(lines, "  },\n}\n")
  return table.concat(lines, "\n")
end

return replay
