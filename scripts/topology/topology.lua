--- A topology file: from its table to a list of nodes, for `sloop up` and `sloop sim`.
-- Expands copies, calls functions, replaces "@node.socket" by endpoints. Runs nothing.
local convert = require "role/convert"
local fixed_ids = require "role/fixed_ids"
local problems = require "role/problems"
local inputs = require "topology/inputs"
local loader = require "sloop.loader"
local nearest = require "base/nearest"
local plain = require "base/plain_data"
local references = require "topology/references"
local refusal = require "topology/refusal"
local roles = require "role/find"
local shutdown_order = require "topology/shutdown_order"
local sorted_keys = require "base/sorted_keys"

local topology = {}

-- The keys of a file, and those of a node's entry besides options, sockets and parts.
local KEYS <const> = {
  nodes = true, hosts = true, faults = true, check = true, duration = true, quiet = true,
  base = true, without = true, set = true, seed = true, schedule = true,
}
-- The latter with the types of their values, and how those are called.
local NODE_KEYS <const> = {
  count = { { integer = true }, "an integer of at least 0" },
  host = { { string = true }, "a string" },
  inputs = { { table = true }, "a table, { NAME = { \"line\", ... } }" },
  restart = { { boolean = true }, "true or false" },
  thread = { { boolean = true, string = true, integer = true }, "true, a name or a number" },
}

local refuse, refuse_with = refusal.raise, refusal.raise_with
local FAILED <const>, USAGE <const> = refusal.FAILED, refusal.USAGE

-- ---- copies ----

-- A value of an entry for this copy: functions are called with its number.
local function resolve(value, number)
  if type(value) == "function" then return value(number) end
  if type(value) ~= "table" then return value end
  local made = {}
  for key, each in pairs(value) do made[key] = resolve(each, number) end
  return made
end

local function check_node_keys(node, path)
  for key, allowed in pairs(NODE_KEYS) do
    local types, words = table.unpack(allowed)
    local value = node[key]
    if value ~= nil and not types[math.type(value) or type(value)] then
      refuse("%s: node '%s': %s is %s, not %s", path, node.name, key, words, convert.quote(value))
    end
  end
end

local function copies(name, entry, path)
  if type(entry) ~= "table" or type(entry[1]) ~= "string" then
    refuse("%s: node '%s' is a table whose first value is a role or a file", path, name)
  end
  local count = entry.count or 1
  if math.type(count) ~= "integer" or count < 0 then
    refuse("%s: node '%s': count is an integer of at least 0", path, name)
  end
  local made = {}
  for number = 1, count do
    local node = { group = name, number = number, role = entry[1], entry = {} }
    node.name = entry.count and ("%s.%d"):format(name, number) or name
    for key, value in pairs(entry) do
      if NODE_KEYS[key] then node[key] = resolve(value, number)
      elseif key ~= 1 then node.entry[key] = resolve(value, number) end
    end
    check_node_keys(node, path)
    node.count = nil
    made[number] = node
  end
  return made
end

-- ---- declarations ----

-- Keys of the node are not passed on to its role: the role can't have a name like one that is used.
local function check_reserved(node, declaration)
  for key in pairs(NODE_KEYS) do
    local what = declaration.options[key] ~= nil and "an option"
      or declaration.sockets[key] and "a socket" or declaration.parts[key] and "a part"
    if what and node[key] ~= nil then
      refuse("node '%s': '%s' is a reserved key of topologies, and %s of its role: "
        .. "it can't be set here", node.name, key, what)
    end
  end
end

--- Is this what a topology file returns?
function topology.is_topology(value)
  return type(value) == "table" and not roles.is_role(value)
    and (type(value.nodes) == "table" or value.base ~= nil)
end

-- What a file returns, and its path; or nil, the reason, and the exit status it means.
local function load(name, from)
  local value, where = roles.load(name, from)
  if value then return value, where end
  return nil, where, loader.find_role(name, from) and FAILED or USAGE
end

local function declare(node, entry, path)
  local role, where, status = load(node.role, path)
  if not role then refuse_with(status, "node '%s': %s", node.name, where) end
  local declaration, found = roles.declare(role, where, entry)
  if not declaration then
    local text
    text, status = problems.summary(found)
    refuse_with(status, "node '%s': %s", node.name, text)
  end
  check_reserved(node, declaration)
  node.path, node.has_main = where, role.main ~= nil
  return declaration
end

-- ---- a file ----

-- Settings of the command line, { path = { "worker", "2", "service" }, value = }: each goes to the
-- copy it names, or to all of that name.
local function set(nodes, settings, path)
  local function written(name) return (name:gsub("%-", "_")) end -- as the command line has it
  for _, setting in ipairs(settings) do
    local group = setting.path[1]
    local copy = tonumber(setting.path[2]) and group .. "." .. setting.path[2]
    local found, names = false, {}
    for _, node in ipairs(nodes) do
      local first = copy and written(node.name) == copy and 3
        or not copy and written(node.group) == group and 2
      names[node.group], names[node.name] = true, true
      if first then
        found = true
        local list = node.entry["--"] or {}
        table.insert(list, {
          path = table.move(setting.path, first, #setting.path, 1, {}), value = setting.value,
        })
        node.entry["--"] = list
      end
    end
    if not found then
      local name = copy or group
      refuse_with(USAGE, "%s: there is no node '%s'%s", path, name, nearest.hint(name, names))
    end
  end
end

local function check_keys(file, path)
  if not file.nodes and roles.is_role(file) then
    refuse_with(USAGE, "%s is a role, not a topology: 'sloop run' runs it", path)
  end
  for key in pairs(file) do
    if not KEYS[key] then
      refuse("%s: unknown key '%s'%s", path, tostring(key), nearest.hint(tostring(key), KEYS))
    end
  end
  if type(file.nodes) ~= "table" or not next(file.nodes) then
    refuse("%s: a topology is a table with 'nodes'", path)
  end
  for name in pairs(file.nodes) do
    if type(name) ~= "string" or not name:find("^[%a_][%w_%-]*$") then
      refuse("%s: '%s' is not a name for a node: letters, digits, '_' and '-'", path,
        tostring(name))
    end
  end
end

-- Mark the nodes that run here, `node.here`, and return them: all, or those of `only`, a list of
-- names.
local function mark_here(nodes, only, path)
  local wanted, names, here = {}, {}, {}
  for _, name in ipairs(only or {}) do wanted[name] = false end
  for _, node in ipairs(nodes) do
    local name = wanted[node.name] ~= nil and node.name or node.group
    node.here = not only or wanted[name] ~= nil
    names[node.name], names[node.group] = true, true
    if only and node.here then wanted[name] = true end
    if node.here then table.insert(here, node) end
  end
  for name, found in pairs(wanted) do
    if not found then
      refuse_with(USAGE, "%s: there is no node '%s'%s", path, name, nearest.hint(name, names))
    end
  end
  return here
end

local function check_hosts(file, path)
  if file.hosts == nil then return end
  if type(file.hosts) ~= "table" then
    refuse("%s: 'hosts' is a table, { node = \"ADDRESS\" }, not %s", path,
      convert.quote(file.hosts))
  end
  for name, host in pairs(file.hosts) do
    if not file.nodes[name] then
      refuse("%s: hosts: there is no node '%s'%s", path, tostring(name),
        nearest.hint(tostring(name), file.nodes))
    elseif type(host) ~= "string" or host == "" then
      refuse("%s: hosts.%s is an address or a name, not %s", path, name, convert.quote(host))
    end
  end
end

-- The `set` of a file, { ["worker.work"] = 5 }, as settings of the command line.
local function settings_of(file, path)
  local settings = {}
  for _, name in ipairs(sorted_keys(file.set or {})) do
    local words, value = {}, file.set[name]
    for word in tostring(name):gmatch "[^.]+" do table.insert(words, (word:gsub("-", "_"))) end
    if type(name) ~= "string" or not words[2] then
      refuse("%s: set has keys NODE.OPTION, not '%s'", path, tostring(name))
    end
    if type(value) == "number" then value = tostring(value) end
    table.insert(settings, { path = words, value = value })
  end
  return settings
end

-- Takes the nodes and groups of these names out.
local function leave_out(nodes, names, path)
  for _, name in ipairs(names or {}) do
    local before = #nodes
    for i = before, 1, -1 do
      if nodes[i].name == name or nodes[i].group == name then table.remove(nodes, i) end
    end
    if #nodes == before then refuse_with(USAGE, "%s: there is no node '%s'", path, name) end
  end
  if not nodes[1] then refuse("%s: no node is left", path) end
end

-- The addresses of nodes: the file's, and those of the command line, which win; there "*" is all
-- others.
local function hosts_of(file, given)
  local hosts = {}
  for name in pairs(file.nodes) do
    hosts[name] = given[name] or file.hosts and file.hosts[name] or given["*"]
  end
  return hosts
end

local function check_given_hosts(file, given, path)
  for name in pairs(given) do
    if name ~= "*" and not file.nodes[name] then
      refuse_with(USAGE, "%s: there is no node '%s'%s", path, name,
        nearest.hint(name, file.nodes))
    end
  end
end

local function expand(file, path, options)
  check_keys(file, path)
  check_hosts(file, path)
  check_given_hosts(file, options.hosts or {}, path)
  local nodes = {}
  for _, name in ipairs(sorted_keys(file.nodes)) do
    for _, node in ipairs(copies(name, file.nodes[name], path)) do table.insert(nodes, node) end
  end
  if #nodes == 0 then refuse("%s: there is no node: every count is 0", path) end
  set(nodes, settings_of(file, path), path)
  set(nodes, options.settings or {}, path)
  leave_out(nodes, file.without, path)
  local here = mark_here(nodes, options.only, path)
  references.replace(nodes, path, declare, hosts_of(file, options.hosts or {}))
  nodes = here
  for _, node in ipairs(nodes) do
    local declaration = declare(node, node.entry, path)
    inputs.resolve(node, declaration, path)
    node.endpoints = shutdown_order.endpoints(declaration)
    node.declaration = declaration
    node.role = node.path
  end
  local warnings = fixed_ids.between(nodes)
  for _, node in ipairs(nodes) do
    if not options.keep then node.declaration = nil end
  end
  local problem = options.one_program and inputs.problem(nodes)
  if problem then refuse("%s: %s", path, problem) end
  return nodes, warnings
end

-- A file with a `base` has all keys of that file but its own, as the file of a shrunk run.
local function inherit(file, path)
  if not file.base then return file, path end
  local base, where, status = topology.read(file.base, path)
  if not base then refuse_with(status, "%s", where) end
  for key, value in pairs(file) do base[key] = value end
  return base, where
end

--- As topology.load, with all files of users read again.
function topology.reload(name, options)
  for path in pairs(loader.hashes() or {}) do
    if not path:find("^scripts/") then package.loaded[path] = nil end
  end
  return topology.load(name, options)
end

--- The table a topology file returns, and its path; or nil, the reason and an exit status. `from`
-- is the path of the file that names it. The name may be such a table: then its files are found
-- from here.
function topology.read(name, from)
  if type(name) == "table" then return plain.copy(name), from or "./topology.lua" end
  local file, path, status = load(name, from)
  if status == USAGE then return nil, "no such file: " .. name, status end
  if not file then return nil, path, status end
  return plain.copy(file), path
end

--- The nodes of a topology, in order of name: each { name =, group =, number =, role =, path =,
-- entry =, endpoints =, has_main =, host =, thread =, restart =, reads =, lines = }; `endpoints`
-- is as shutdown_order.endpoints has them, the last two as inputs.resolve. Then the whole of the
-- file, its path, and warnings as fixed_ids has them. Or nil, the reason and an exit status.
-- `options`:
--   settings  of the command line: { { path = { "worker", "2", "service" }, value = }, ... }
--   without   a list of names: nodes that are left out, as the file's `without`
--   only      a list of names: the nodes that run here; the others run on the machines that the
--             file's `hosts` names
--   hosts     node -> address, instead of the file's; "*": of all that have none
--   one_program  the nodes are to run in one program
--   keep      each node also has its `declaration`
function topology.load(name, options)
  local file, path, status = topology.read(name)
  if not file then return nil, path, status end
  local ok, nodes, warnings = pcall(function()
    file, path = inherit(file, path)
    file.without = options and options.without or file.without
    return expand(file, path, options or {})
  end)
  if ok then return nodes, file, path, warnings end
  if type(nodes) == "table" then return nil, nodes.reason, nodes.status end
  return nil, tostring(nodes), FAILED
end

return topology
