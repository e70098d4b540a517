--- The values of a role's options: the defaults, then the entry's, then the command line's.
local convert = require "role/convert"
local names = require "base/names"
local nearest = require "base/nearest"
local ranges = require "role/ranges"

local options = {}

local function check_name(context, name, defaults)
  local where = { "options", name }
  if type(name) ~= "string" or not name:find("^[%a_][%w_]*$") then
    return context:problem(where, "option %s: a name is letters, digits and '_'",
      convert.quote(name))
  end
  if names.flags[name] ~= nil then
    return context:problem(where, "option '%s': the command has an option of that name", name)
  end
  if name == "count" then
    return context:problem(where, "option 'count': in an entry that is the number of copies")
  end
  local positive = name:match("^no_(.+)$")
  if positive and type(defaults[positive]) == "boolean" then
    return context:problem(where, "option '%s': --no-%s already sets '%s' to false", name,
      positive:gsub("_", "-"), positive)
  end
  return true
end

local function from_defaults(context, defaults, limits, kinds, values)
  for name, default in pairs(defaults) do
    if check_name(context, name, defaults) then
      local kind, reason = convert.type_of(default)
      if kind then
        if kind.name == "integer" and ranges.is_number(limits, name) then kind.name = "number" end
        kinds[name], values[name] = kind, convert.from_value(kind, default)
      else
        context:problem({ "options", name }, "option '%s': %s", name, reason)
      end
    end
  end
end

local function check_defaults(context, kinds, values, limits)
  for name, value in pairs(values) do
    local reason = ranges.problem(limits[name], kinds[name], value)
    if reason then
      context:problem({ "options", name }, "option '%s': its default %s", name, reason)
    end
  end
end

-- Takes the options out of the entry; sockets and parts are left.
local function from_entry(context, kinds, values, limits)
  for name, value in pairs(context.entry) do
    local kind = kinds[name]
    if kind then
      context.entry[name] = nil
      local converted = convert.from_value(kind, value)
      if converted == nil then
        context:entry_problem({ name }, "option '%s' takes %s, not %s", context.prefix .. name,
          convert.describe(kind), convert.quote(value))
      else
        local reason = ranges.problem(limits[name], kind, converted)
        if reason then
          context:entry_problem({ name }, "option '%s' %s", context.prefix .. name, reason)
        else
          values[name] = converted
        end
      end
    end
  end
end

local function no_such_option(context, name, kinds)
  local full = context.prefix .. name
  local role = context.role
  if type(role.sockets) == "table" and role.sockets[name] then
    return context:usage("'%s' is a socket: --%s.connect=ENDPOINT", full, full)
  elseif type(role.parts) == "table" and role.parts[name] then
    return context:usage("'%s' is a part: --%s.OPTION=value", full, full)
  end
  local flags = context.prefix == "" and names.flags or {}
  context:usage("no option '%s'%s", full, nearest.hint(name, kinds, flags))
end

-- `--name` and `--no-name`.
local function from_switch(context, name, given, kinds, values)
  local kind, opposite = kinds[name], kinds["no_" .. name]
  if given == false and not kind and opposite and opposite.name == "boolean" then
    name, kind, given = "no_" .. name, opposite, true
  end
  if not kind then return no_such_option(context, name, kinds) end
  if kind.name ~= "boolean" or kind.list then
    local full = context.prefix .. name
    return context:usage(given and "option '%s' needs a value: --%s=%s" or
      "option '%s' is not a switch: --%s=%s", full, full, convert.text(values[name]))
  end
  values[name] = given
end

-- `--name=value`, perhaps not for the first time.
local function from_text(context, name, text, kinds, values, again, limits)
  local kind = kinds[name]
  if not kind then return no_such_option(context, name, kinds) end
  local value = convert.from_text(kind, text)
  local reason = value ~= nil
    and ranges.problem(limits[name], kind, kind.list and { value } or value)
  if value == nil then
    return context:usage("option '%s' takes %s, not %s", context.prefix .. name,
      convert.describe(kind), convert.quote(text))
  elseif reason then
    return context:usage("option '%s' %s", context.prefix .. name, reason)
  elseif not kind.list then
    values[name] = value
  else
    values[name] = again and values[name] or {}
    table.insert(values[name], value)
  end
end

-- The settings of the command line. A wrong one leaves the value as it was.
local function from_user(context, kinds, values, limits)
  local given = {}
  for _, setting in ipairs(context.settings) do
    if #setting.path == 1 then -- longer paths are a socket's or a part's
      local name, value = setting.path[1], setting.value
      if type(value) == "boolean" then
        from_switch(context, name, value, kinds, values)
      else
        from_text(context, name, value, kinds, values, given[name], limits)
      end
      given[name] = true
    end
  end
  return given
end

--- name -> value; name -> true for those of the command line; name -> limit, where there is one;
-- name -> type, as convert has them.
function options.resolve(context, defaults, limits)
  local kinds, values = {}, {}
  from_defaults(context, defaults, limits, kinds, values)
  limits = ranges.resolve(context, limits, kinds)
  check_defaults(context, kinds, values, limits)
  from_entry(context, kinds, values, limits)
  return values, from_user(context, kinds, values, limits), limits, kinds
end

return options
