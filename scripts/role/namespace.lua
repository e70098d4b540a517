--- Name clashes: sockets, relays, parts, stores, state and methods share the names on `self` with
-- the host, and sockets and parts share those of an entry with the options. Also checks that the
-- state is plain data.
local convert = require "role/convert"
local names = require "base/names"
local plain_data = require "base/plain_data"

local namespace = {}

local SECTIONS <const> = { "sockets", "relays", "parts", "stores", "state" }
local NOUNS <const> = {
  sockets = "a socket", relays = "a relay", parts = "a part", stores = "a store",
  state = "a field of the state", method = "a method",
}

local function claim(context, owners, name, noun, where)
  if names.self[name] then
    context:problem(where, "'%s' is a name of the host's on self: it cannot be %s", name,
      noun)
  elseif owners[name] then
    context:problem(where, "'%s' is both %s and %s", name, owners[name], noun)
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

-- A socket or part whose name means something else in an entry.
local function check_entry_name(context, section, name, options)
  if name == "count" then
    context:problem({ section, name }, "%s 'count': in an entry that is the number of copies",
      section:sub(1, -2))
  elseif options[name] ~= nil then
    context:problem({ section, name }, "'%s' is both an option and %s", name, NOUNS[section])
  end
end

local function never() return false end

local function check_state(context, state)
  for name, value in pairs(state) do
    if type(name) ~= "string" then
      context:problem({ "state" }, "state: %s is not a name for a field", convert.quote(name))
    else
      local offence = plain_data.offence({ [name] = value }, "state", never)
      if offence then context:problem({ "state", name }, "%s, not plain data", offence) end
    end
  end
end

--- Reports clashing names and state that is not plain data. Sets declaration.owners, the result of
-- namespace.owners.
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
