--- The faults of a run one by one, as `sim --shrink` writes them into a file: are they well formed?
local nearest = require "base/nearest"

local fault_list = {}

local FIELDS <const> = {
  kind = "string", time = "number", duration = "number", amount = "number", node = "integer",
  peer = "integer", choice = "integer", any_peer = "boolean", silent = "boolean", aim = "string",
}

local function is_a(value, kind)
  if kind == "integer" then return math.type(value) == "integer" end
  return type(value) == kind
end

local function problem_of(fault, count, kinds)
  if type(fault) ~= "table" then return " is a fault: { kind = \"crash\", time = ms, node = N }" end
  for key, value in pairs(fault) do
    local kind = FIELDS[key]
    if not kind then
      return (": unknown key '%s'%s"):format(tostring(key), nearest.hint(tostring(key), FIELDS))
    elseif not is_a(value, kind) then
      return (".%s is %s %s, not a %s"):format(key, kind == "integer" and "an" or "a", kind,
        math.type(value) or type(value))
    elseif (key == "node" or key == "peer") and (value < 1 or value > count) then
      return (".%s is the number of a node, 1 to %d, not %d"):format(key, count, value)
    end
  end
  if not kinds[fault.kind] then
    return (".kind: unknown fault '%s'%s"):format(tostring(fault.kind),
      nearest.hint(tostring(fault.kind), kinds))
  end
end

--- What is wrong with the value of a file's key `schedule`; nil when nothing is. There are `count`
--- nodes; `kinds` is a set of the names of faults.
function fault_list.problem(value, count, kinds)
  if value == nil then return nil end
  if type(value) ~= "table" then return "'schedule' is a list of faults" end
  for i, fault in ipairs(value) do
    local problem = problem_of(fault, count, kinds)
    if problem then return ("schedule[%d]%s"):format(i, problem) end
  end
end

return fault_list
