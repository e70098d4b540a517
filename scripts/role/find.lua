--- Roles for the commands: found by the loader, declared, and listed.
local declare = require "role/declare"
local limited_call = require "role/limited_call"
local problems = require "role/problems"
local loader = require "sloop.loader"
local locate = require "check/locate"
local names = require "base/names"
local sloop = require "sloop"

local roles = {}

--- A text as a name that `--name` accepts.
function roles.as_name(text)
  local name = text:gsub("[^%w_.-]", "-"):gsub("^[.-]+", "")
  return name ~= "" and name or "node"
end

--- The name of a node that runs the role `name`, which was found at `path`: "lazy_pirate.client";
-- of a file the last part of its path, without ".lua".
function roles.title(name, path)
  local is_role = path:sub(-#name - 4) == name .. ".lua" and not name:find("^%.*/")
  local title = is_role and name:gsub("/", ".") or name:match("[^/]*$"):gsub("%.lua$", "")
  return roles.as_name(title)
end

local IS_FUNCTION_OF_ROLES <const> = { init = true, main = true } -- modules may have a `stop`

--- Does a file return a role? Modules and topologies have no such keys.
function roles.is_role(value)
  if type(value) ~= "table" then return false end
  for key, each in pairs(value) do
    local kind = names.role[key]
    local is_table = (kind == "table" or kind == "section") and type(each) == "table"
    if is_table or kind == "section" or IS_FUNCTION_OF_ROLES[key] then return true end
  end
  return false
end

--- What the file of a role returns, and its path; or nil and the reason. `from` is the path of the
-- file that names it.
function roles.load(name, from) return limited_call(loader.load_role, name, from) end

--- The declaration of a role as `declare` returns it; or nil and the problems.
function roles.declare(role, path, entry)
  local ok, declaration, problems_found = pcall(limited_call, declare, role, path, entry or {}, {
    load_role = loader.load_role, source = loader.source, place_of = loader.place_of,
    socket_types = sloop.core.socket_types(),
    socket_options = sloop.core.socket_options(), signals = sloop.core.signals(),
  })
  if ok then return declaration, problems_found end
  return nil, { { message = tostring(declaration) } } -- an endless loop
end

--- The declaration of the role of this name, with its defaults; or nil and the reason in one line.
function roles.describe(name)
  local role, path = roles.load(name)
  if not role then return nil, path end
  local declaration, found = roles.declare(role, path)
  if not declaration then return nil, (problems.summary(found)) end
  return declaration
end

-- Does a text look like a role's? SLOOP_PATH may have any program, which must not be run to know.
local function has_keys_of_role(text)
  for _, place in ipairs(locate.places(text)) do
    local key = place.path:match("^[^.]+")
    if key and (names.role[key] == "section" or IS_FUNCTION_OF_ROLES[key]
      or names.role[key] == "table") then
      return true
    end
  end
  return false
end

-- Roles in the folders of SLOOP_PATH themselves, which have no folder patterns/ around them.
local function list_bare(found)
  local known = {}
  for _, each in ipairs(found) do known[each.name] = true end
  for _, each in ipairs(loader.list "") do
    local is_ours = each.name:find("^patterns/") or each.name:find("^scripts/")
    local text = not (is_ours or known[each.name]) and loader.source(each.path)
    if text and has_keys_of_role(text) then table.insert(found, each) end
  end
end

--- Every role: { name =, path =, comment = }, in order of name. A file that cannot be loaded is
-- listed too; `sloop check` reports its problems.
function roles.list()
  local found = {}
  for _, each in ipairs(loader.list()) do
    local ok, value = pcall(roles.load, each.path) -- an endless loop raises
    if not ok or value == nil or roles.is_role(value) then table.insert(found, each) end
  end
  list_bare(found)
  table.sort(found, function(a, b) return a.name < b.name end)
  return found
end

return roles
