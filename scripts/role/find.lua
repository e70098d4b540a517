--- Roles as the commands see them: declared, and listed.
-- Where roles are found is the loader's knowledge.
local declare = require "role/declare"
local faults = require "base/problems"
local loader = require "sloop.loader"
local names = require "role/names"
local sloop = require "sloop"

local roles = {}

--- What this role is called in messages: its name, or a file's without its folder.
function roles.title(name)
  if name:find("%.lua$") then return (name:match("([^/]*)%.lua$")) end
  return name
end

--- Does a loaded file return a role? Modules and topologies have no key of a role.
function roles.is_role(value)
  if type(value) ~= "table" then return false end
  for key in pairs(value) do
    if names.role[key] then return true end
  end
  return false
end

--- The declaration of a role as `declare` answers; or nil and the problems.
function roles.declare(role, path, entry)
  return declare(role, path, entry or {}, {
    load_role = loader.load_role, source = loader.source,
    socket_types = sloop.core.socket_types(),
    socket_options = sloop.core.socket_options(),
  })
end

--- The declaration of the role of this name, with its defaults; or nil and one line that says why.
function roles.describe(name)
  local role, path = loader.load_role(name)
  if not role then return nil, path end
  local declaration, problems = roles.declare(role, path)
  if not declaration then return nil, (faults.summary(problems)) end
  return declaration
end

--- Every role there is: { name =, path =, comment = }, in order of name. A file that cannot be
-- loaded is listed: it is there, and `sloop check` says what is wrong with it.
function roles.list()
  local found = {}
  for _, each in ipairs(loader.list()) do
    local value = loader.load_role(each.path)
    if value == nil or roles.is_role(value) then table.insert(found, each) end
  end
  table.sort(found, function(a, b) return a.name < b.name end)
  return found
end

return roles
