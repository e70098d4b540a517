--- The names on `self`: sockets, relays, parts, stores, state and methods share them with the host.
-- Also those of an entry, which sockets and parts share with the options; and whether the state is
-- plain data.
local convert = require "role/convert"
local names = require "role/names"

local namespace = {}

local SECTIONS <const> = { "sockets", "relays", "parts", "stores", "state" }
local NOUNS <const> = {
  sockets = "a socket", relays = "a relay", parts = "a part", stores = "a store",
  state = "a field of the state", method = "a method",
}

local function claim(context, owners, name, noun, where)
  if names.self[name] then
    context:fault(where, "'%s' is a name of the host's on self: it cannot be %s", name, noun)
  elseif owners[name] then
    context:fault(where, "'%s' is both %s and %s", name, owners[name], noun)
  else
    owners[name] = noun
  end
end

--- Every name a declaration puts on `self` -> what it is, as "a socket"; clashes are reported.
function namespace.owners(context, declaration)
  local owners = {}
  for _, section in ipairs(SECTIONS) do
    for name in pairs(declaration[section]) do
      claim(context, owners, name, NOUNS[section], { section, name })
    end
  end
  for name, value in pairs(declaration.role) do
    if type(value) == "function" and not names.role[name] then
      claim(context, owners, name, NOUNS.method, value)
    end
  end
  return owners
end

-- What is wrong with a socket or part of this name in an entry, where options have names too.
local function check_entry_name(context, section, name, options)
  if name == "count" then
    context:fault({ section, name }, "%s 'count': in an entry that is the number of copies",
      section:sub(1, -2))
  elseif options[name] ~= nil then
    context:fault({ section, name }, "'%s' is both an option and %s", name, NOUNS[section])
  end
end

local PLAIN <const> = { boolean = true, number = true, string = true }

-- The path to what is not plain data below `value`, and what it is; nil when all is. Each table is
-- looked at once: tables may be shared.
local function offender(value, seen)
  if PLAIN[type(value)] then return nil end
  if type(value) ~= "table" then return "", "a " .. type(value) end
  if seen[value] then return nil end
  seen[value] = true
  if getmetatable(value) ~= nil then return "", "a table with a metatable" end
  for key, element in pairs(value) do
    if not PLAIN[type(key)] then return "", "a table with a " .. type(key) .. " as key" end
    local path, what = offender(element, seen)
    if path then
      local step = type(key) == "string" and "." .. key or ("[%s]"):format(tostring(key))
      return step .. path, what
    end
  end
end

local function check_state(context, state)
  local seen = {}
  for name, value in pairs(state) do
    if type(name) ~= "string" then
      context:fault({ "state" }, "state: %s is no name of a field", convert.quote(name))
    else
      local path, what = offender(value, seen)
      if path then
        context:fault({ "state", name }, "state.%s%s is %s, not plain data", name, path, what)
      end
    end
  end
end

--- Reports clashing names and state that is not plain data. declaration.owners is what
-- namespace.owners says.
function namespace.check(context, declaration)
  check_state(context, declaration.state)
  for _, section in ipairs { "sockets", "parts" } do
    for name in pairs(declaration[section]) do
      check_entry_name(context, section, name, declaration.options)
    end
  end
  declaration.owners = namespace.owners(context, declaration)
end

return namespace
