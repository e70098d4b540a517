--- The parts of a role: each another role with its own entry, declared in the same way.
-- Merges entries, and hands the settings of the command line to their part.
local convert = require "role/convert"

local parts = {}

local DEPTH_MAX <const> = 16 -- a role that contains itself would never end

-- A copy of an entry, with every function replaced by its result for this copy's number.
local function instantiate(context, name, entry, number)
  local copy = {}
  for key, value in pairs(entry) do
    if type(value) == "function" then
      local ok, made = pcall(value, number)
      if not ok then
        context:problem({ "parts", name, key }, "part '%s': '%s' failed: %s", name, key,
          tostring(made))
        made = nil
      end
      copy[key] = made
    elseif type(value) == "table" and key ~= 1 and type(next(value)) == "string" then
      copy[key] = instantiate(context, name, value, number)
    else
      copy[key] = value
    end
  end
  return copy
end

-- Values of the owner's entry win; a socket's or a part's table is merged key by key.
local function merge(base, override)
  for key, value in pairs(override) do
    local both = type(value) == "table" and type(base[key]) == "table"
      and type(next(value)) == "string" and type(next(base[key])) == "string"
    if both then
      base[key] = merge(base[key], value)
    elseif key ~= 1 then
      base[key] = value
    end
  end
  return base
end

-- The command line's settings for the part, without its name: those of all copies, those of each
-- (by number) and the count.
local function settings_of(context, name)
  local all, each, count = {}, {}, nil
  for _, setting in ipairs(context.settings) do
    local path = setting.path
    if #path > 1 and path[1] == name then
      setting.used = true
      local number = math.tointeger(tonumber(path[2]))
      if number and #path > 2 then
        each[number] = each[number] or {}
        table.insert(each[number], { path = { table.unpack(path, 3) }, value = setting.value })
      elseif #path == 2 and path[2] == "count" then
        count = setting.value
      else
        table.insert(all, { path = { table.unpack(path, 2) }, value = setting.value })
      end
    end
  end
  return all, each, count
end

-- The number of copies, nil without a count; false when it is wrong.
local function count_of(context, name, entry, given)
  local wanted = "part '%s': 'count' is an integer of at least 0, not %s"
  if given ~= nil then
    local count = type(given) == "string" and convert.from_text({ name = "integer" }, given)
    if count and count >= 0 then return count end
    context:usage(wanted, context.prefix .. name, convert.quote(given))
    return false
  end
  if entry.count == nil then return nil end
  local count = convert.from_value({ name = "integer" }, entry.count)
  if count and count >= 0 then return count end
  context:problem({ "parts", name, "count" }, wanted, name, convert.quote(entry.count))
  return false
end

-- The file a role's table was written in, known from its functions: the role may have been
-- required by the one it is a part of. Nil when it has none.
local function file_of(context, role)
  for _, section in ipairs { role, type(role.on) == "table" and role.on or {} } do
    for _, value in pairs(section) do
      local source = type(value) == "function" and context.tools.place_of(value)
      if source and source:find("^@") then return source:sub(2) end
    end
  end
end

local function role_of(context, name, wanted)
  if type(wanted) == "table" then return wanted, file_of(context, wanted) or context.file end
  if type(wanted) ~= "string" then
    return context:problem({ "parts", name }, "part '%s' begins with a role, not %s", name,
      convert.quote(wanted))
  end
  local role, path = context.tools.load_role(wanted, context.file)
  if type(role) == "table" then return role, path end
  if role == nil then
    return context:problem({ "parts", name }, "part '%s': %s", name, path)
  end
  return context:problem({ "parts", name }, "part '%s': '%s' does not return a role, a table", name,
    wanted)
end

-- Messages don't number the copies, so that a problem of all of them is reported once.
local function declare_copy(context, name, number, role, path, entry, settings)
  entry["--"] = settings
  return context.declare(role, path, entry, {
    prefix = context.prefix .. name .. ".", depth = context.depth + 1, problems = context.problems,
    owner = { file = context.file, role = context.role, where = { "parts", name } },
    tools = context.tools, readers = context.readers,
    copy = ("%s%s.%s"):format(context.copy, name, number and number .. "." or ""),
  })
end

local function append(first, second)
  local both = table.move(first, 1, #first, 1, {})
  return table.move(second or {}, 1, #(second or {}), #both + 1, both)
end

local function resolve_one(context, name, declared, override)
  local result = {}
  if type(declared) ~= "table" then
    context:problem({ "parts", name }, "part '%s' is a table, { role, option = value }, not %s",
      name, convert.quote(declared))
    return result
  end
  if context.depth >= DEPTH_MAX then
    context:problem({ "parts", name },
      "part '%s': parts are more than %d deep; does a role contain itself?", name, DEPTH_MAX)
    return result
  end
  local role, path = role_of(context, name, declared[1])
  local all, each, given = settings_of(context, name)
  local base = merge(instantiate(context, name, { count = declared.count }, 1), override)
  local count = count_of(context, name, base, given)
  if not role then return result end
  result.count = count
  for number = 1, count or 1 do
    local entry = merge(instantiate(context, name, declared, number), override)
    result[number] = declare_copy(context, name, count and number, role, path, entry,
      append(all, each[number]))
    result[number].called = type(declared[1]) == "string" and declared[1] or nil
    each[number] = nil
  end
  for number in pairs(each) do
    context:usage("part '%s' has no copy %d", context.prefix .. name, number)
  end
  return result
end

--- name -> { count =, declaration, ... }: one declaration without a count.
function parts.resolve(context, declared)
  local result = {}
  for name, entry in pairs(declared) do
    local override = context.entry[name]
    if type(override) == "table" then
      context.entry[name] = nil
    else
      override = {}
    end
    result[name] = resolve_one(context, name, entry, override)
  end
  return result
end

return parts
