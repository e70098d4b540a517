--- The values that options accept: the `limits` of a role, checked, applied and described.
-- A limit is a list of values, or { min =, max =, type = "number" }; both bounds are included. Of a
-- string they bound its length in bytes, of a list option each element. `type = "number"` makes a
-- number of an option whose default is written as an integer.
local convert = require "role/convert"
local nearest = require "base/nearest"

local ranges = {}

local KEYS <const> = { min = true, max = true, type = true }
local HAS_BOUNDS <const> = { integer = true, number = true, string = true }

local function text_of(value)
  return type(value) == "string" and convert.quote(value) or convert.text(value)
end

-- "'a', 'b' or 'c'"
local function alternatives(values)
  local texts = {}
  for i, value in ipairs(values) do texts[i] = text_of(value) end
  local last = table.remove(texts)
  return #texts == 0 and last or table.concat(texts, ", ") .. " or " .. last
end

--- The values a limit allows, in words: "at least 1", "from 0 to 100", "'a' or 'b'", "of at most 9
-- bytes"; nil when it allows all of the type.
function ranges.text(limit, kind)
  if limit[1] ~= nil then return alternatives(limit) end
  local bound = limit.min or limit.max
  if not bound then return nil end
  local text = ("at %s %s"):format(limit.min and "least" or "most", convert.text(bound))
  if limit.min and limit.max then
    text = ("from %s to %s"):format(convert.text(limit.min), convert.text(limit.max))
  end
  if kind.name ~= "string" then return text end
  return ("of %s byte%s"):format(text:gsub("^from ", ""), (limit.max or bound) == 1 and "" or "s")
end

local function is_within(limit, value)
  if limit[1] ~= nil then
    for _, allowed in ipairs(limit) do
      if value == allowed then return true end
    end
    return false
  end
  local size = type(value) == "string" and #value or value
  return (not limit.min or size >= limit.min) and (not limit.max or size <= limit.max)
end

local function hint(limit, value)
  local names = {}
  for _, allowed in ipairs(limit) do
    if type(allowed) == "string" then names[allowed] = true end
  end
  return type(value) == "string" and nearest.hint(value, names) or ""
end

local function actual(limit, value)
  if limit[1] ~= nil or type(value) ~= "string" then return text_of(value) end
  return value == "" and "empty" or ("of %d"):format(#value)
end

--- Why an option of this kind can't have this value: "must be at least 1, not 0"; nil when it can.
function ranges.problem(limit, kind, value)
  if not limit then return nil end
  for _, each in ipairs(kind.list and value or { value }) do
    if not is_within(limit, each) then
      return ("must be %s, not %s%s"):format(ranges.text(limit, kind), actual(limit, each),
        hint(limit, each))
    end
  end
end

local function check_bounds(context, name, limit, kind)
  local where = { "limits", name }
  for key, value in pairs(limit) do
    if not KEYS[key] then
      return context:problem(where, "limits.%s: unknown key %s%s", name, convert.quote(key),
        type(key) == "string" and nearest.hint(key, KEYS) or "")
    elseif key == "type" and (value ~= "number" or kind.name ~= "number") then
      return context:problem(where, "limits.%s: 'type' is \"number\", for an option that is one",
        name)
    elseif key ~= "type" and math.type(value) == nil then
      return context:problem(where, "limits.%s: '%s' is a number, not %s", name, key,
        convert.quote(value))
    elseif key ~= "type" and not HAS_BOUNDS[kind.name] then
      return context:problem(where, "limits.%s: %s has no '%s'", name, convert.describe(kind), key)
    end
  end
  if limit.min and limit.max and limit.min > limit.max then
    return context:problem(where, "limits.%s: 'min' is greater than 'max'", name)
  end
  return limit
end

-- The values of a limit in the option's own type.
local function check_values(context, name, limit, kind)
  local element, values = { name = kind.name, list = false }, {}
  for key, value in pairs(limit) do
    local converted = math.type(key) == "integer" and convert.from_value(element, value)
    if converted == nil or converted == false and value ~= false then
      return context:problem({ "limits", name }, "limits.%s: a list of values is of %ss, not %s",
        name, kind.name, convert.quote(value))
    end
    values[key] = converted
  end
  return values
end

local function check_one(context, name, limit, kinds)
  local where, kind = { "limits", name }, kinds[name]
  if not kind then
    return context:problem(where, "limits.%s: there is no option '%s'%s", tostring(name),
      tostring(name), type(name) == "string" and nearest.hint(name, kinds) or "")
  elseif type(limit) ~= "table" then
    return context:problem(where, "limits.%s is { min =, max = } or a list of values, not %s", name,
      convert.quote(limit))
  end
  return (limit[1] ~= nil and check_values or check_bounds)(context, name, limit, kind)
end

--- Does the role say that this option is a number, whatever its default looks like?
function ranges.is_number(limits, name)
  local limit = limits[name]
  return type(limit) == "table" and limit.type == "number"
end

--- The limits a role declares for options of these kinds, name -> limit; what is wrong with one is
-- reported, and it is left out.
function ranges.resolve(context, limits, kinds)
  local checked = {}
  for name, limit in pairs(limits) do checked[name] = check_one(context, name, limit, kinds) end
  return checked
end

return ranges
