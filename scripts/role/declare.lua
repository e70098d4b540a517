--- From a role's table and an entry to a checked declaration.
-- Pure: opens, runs and waits for nothing. It returns either a declaration in which every mistake
-- that can be found without running the role has been ruled out, or all the problems it found.
local convert = require "role/convert"
local problems = require "role/problems"
local handlers = require "role/handlers"
local inputs = require "role/inputs"
local names = require "base/names"
local namespace = require "role/namespace"
local nearest = require "base/nearest"
local options = require "role/role_options"
local parts = require "role/parts"
local sockets = require "role/sockets"
local self_fields = require "check/self_fields"
local stores = require "role/stores"

local SLIPS <const> = nearest.slips(names.role)

local context_class = {}
context_class.__index = context_class

--- Report a problem of the role: at a key path or in a function.
function context_class:problem(where, format, ...)
  self.problems:add(self.file, self.role, where, format:format(...))
end

--- Report a problem of the entry, at a key path; of a part's entry, in its owner's file.
function context_class:entry_problem(path, format, ...)
  local owner = self.owner
  local where = { table.unpack(owner.where) }
  table.move(path, 1, #path, #where + 1, where)
  self.problems:add(owner.file, owner.role, where, format:format(...))
end

--- Report a problem of the command line.
function context_class:usage(format, ...) self.problems:usage(format:format(...)) end

--- The option of the command line that has this text as its value, or nil.
function context_class:option_with(text)
  for name in pairs(text and self.given or {}) do
    local value = self.options[name]
    if value == text then return name end
    for _, element in ipairs(type(value) == "table" and value or {}) do
      if element == text then return name end
    end
  end
end

-- The role as the host sees it, which asks no metamethods, and whether it has any.
local function without_metatable(role)
  if debug.getmetatable(role) == nil then return role, false end
  local plain = {}
  for key, value in next, role do plain[key] = value end
  return plain, true
end

-- A module of functions would be a role that never does anything.
local function check_is_role(context)
  for key in pairs(context.role) do
    if names.role[key] or type(context.role[key]) ~= "function" then return end
  end
  if next(context.role) ~= nil then
    context:problem(1, "this is a module, not a role: it has no sockets, timers or 'main'")
  end
end

local function check_keys(context)
  if type(context.role.nodes) == "table" and context.depth == 0 then
    return context:problem({ "nodes" },
      "this is a topology, not a role: 'sloop up' and 'sloop sim' run it")
  end
  for key, value in pairs(context.role) do
    local wanted = names.role[key]
    if type(key) ~= "string" then
      context:problem({ key }, "unexpected %s in the role's table", convert.quote(value))
    elseif not wanted and type(value) ~= "function" then
      context:problem({ key }, "unknown key '%s'%s", key, nearest.hint(key, names.role))
    elseif not wanted then
      local meant = nearest.slip(key, SLIPS) -- a method; but `inti` is a typing error
      if meant then context:problem(value, "method '%s' (did you mean '%s'?)", key, meant) end
    elseif wanted == "integer" and (math.type(value) ~= "integer" or value < 1) then
      context:problem({ key }, "'%s' is an integer of at least 1, not %s", key,
        convert.quote(value))
    elseif wanted == "section" and type(value) ~= "table" and type(value) ~= "function" then
      context:problem({ key }, "'%s' is a table or a function of the options, not %s", key,
        convert.quote(value))
    elseif (wanted == "table" or wanted == "function") and type(value) ~= wanted then
      context:problem({ key }, "'%s' is a %s, not %s", key, wanted, convert.quote(value))
    end
  end
end

local function table_of(context, key)
  local value = context.role[key]
  return type(value) == "table" and value or {}
end

-- A section's table; when it is a function of the options, what that returns.
local function section(context, key)
  local value = context.role[key]
  if type(value) == "function" then
    local ok, made = pcall(value, context.options)
    if ok and type(made) == "table" then
      value = made
    else
      context:problem(value, ok and "'%s' returned %s, not a table" or "'%s' failed: %s", key,
        ok and convert.quote(made) or tostring(made))
    end
  end
  local checked = {}
  for name, declared in pairs(type(value) == "table" and value or {}) do
    if type(name) == "string" and name:find("^[%a_][%w_]*$") then
      checked[name] = declared
    else
      context:problem({ key, name }, "'%s': %s is not a name: letters, digits and '_'", key,
        convert.quote(name))
    end
  end
  return checked
end

-- Report keys of the entry, and settings, that belong to no option, socket or part.
local function check_rest(context, known)
  for name in pairs(context.entry) do
    if type(name) == "string" then
      context:entry_problem({ name }, "no option, socket or part '%s'%s", context.prefix .. name,
        nearest.hint(name, context.options, known.sockets, known.parts))
    end
  end
  for _, setting in ipairs(context.settings) do
    local path = setting.path
    if #path > 1 and not setting.used then
      if known.sockets[path[1]] then
        context:usage("no such option: --%s; a socket's is --SOCKET.OPTION=value",
          table.concat(path, "."))
      elseif not known.parts[path[1]] then
        context:usage("no socket or part '%s'%s", context.prefix .. path[1],
          nearest.hint(path[1], known.sockets, known.parts))
      end
    end
  end
end

-- The keys of the entry besides the role and the count of copies, and the settings of the command
-- line. Both are copies: keys that have been applied are taken out, settings are marked.
local function divide(entry)
  local own, settings = {}, {}
  for key, value in pairs(entry) do
    if key ~= 1 and key ~= "--" and key ~= "count" then own[key] = value end
  end
  for i, setting in ipairs(entry["--"] or {}) do
    settings[i] = { path = setting.path, value = setting.value }
  end
  return own, settings
end

local function declare(role, file, entry, place)
  local inherits
  role, inherits = without_metatable(role)
  local own, settings = divide(entry)
  local context = setmetatable({
    role = role, file = file, entry = own, settings = settings,
    prefix = place.prefix, copy = place.copy,
    owner = place.owner, depth = place.depth, problems = place.problems,
    readers = place.readers,
    tools = place.tools, declare = declare,
  }, context_class)
  if inherits then
    context:problem(1, "the role's table has a metatable: copy into it what it should inherit")
  end
  if context.depth == 0 then check_is_role(context) end
  check_keys(context)
  local limits, kinds
  context.options, context.given, limits, kinds = options.resolve(context,
    table_of(context, "options"), table_of(context, "limits"))
  local declaration = { role = role, path = file, options = context.options, limits = limits,
                        kinds = kinds, state = table_of(context, "state") }
  declaration.sockets = sockets.resolve(context, section(context, "sockets"))
  declaration.timers = handlers.timers(context, section(context, "timers"))
  declaration.relays = handlers.relays(context, section(context, "relays"), declaration.sockets)
  declaration.stores = stores.resolve(context, section(context, "stores"))
  declaration.inputs = inputs.resolve(context, section(context, "inputs"))
  declaration.parts = parts.resolve(context, section(context, "parts"))
  handlers.check(context, table_of(context, "on"), declaration)
  check_rest(context, declaration)
  namespace.check(context, declaration)
  self_fields.check(context, declaration)
  return declaration
end

--- The declaration of `role`, which was read from `path`, with `entry`; or nil and the problems, a
-- list of { file =, line =, message =, usage = }: `usage` when the command line is wrong.
-- The entry is written as in a topology; entry["--"] lists the settings of the command line, each
-- { path = { "queue", "connect" }, value = text, true or false }.
-- `tools` has what is not pure Lua: load_role, socket_types, socket_options, signals, source,
-- place_of.
return function(role, path, entry, tools)
  local found = problems.new(tools.source)
  if type(role) ~= "table" then
    found:add(path, nil, 1, ("a role is a table; the file returns %s"):format(convert.quote(role)))
    return nil, found:list()
  end
  local declaration = declare(role, path, entry or {}, {
    prefix = "", copy = "", owner = { where = {} }, depth = 0, problems = found, tools = tools,
    readers = {},
  })
  if found:is_empty() then return declaration end
  return nil, found:list()
end
