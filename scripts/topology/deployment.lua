--- A topology in parts: each entry of its nodes a program of its own, as `sloop export` has it.
-- Finds what holds only within one program or one machine, and refuses it.
local endpoint = require "role/endpoint"
local inputs = require "role/inputs"
local topology = require "topology/topology"

local deployment = {}

local LOOPBACK <const> = {
  ["127.0.0.1"] = true, localhost = true, ["[::1]"] = true, ["::1"] = true,
}

-- Call `visit(declaration, prefix)` for a declaration and all its parts; what it returns ends that.
local function walk(declaration, prefix, visit)
  local found = visit(declaration, prefix)
  for name, copies in pairs(declaration.parts) do
    for _, copy in ipairs(copies) do
      found = found or walk(copy, prefix .. name .. ".", visit)
    end
  end
  return found
end

local function has_store(declaration)
  return walk(declaration, "", function(each) return next(each.stores) and true end) or false
end

-- Entries of the file, in order of name: { name =, nodes =, host =, has_store =, reads = }.
local function entries_of(nodes, file)
  local entries, by_name = {}, {}
  for _, node in ipairs(nodes) do
    local entry = by_name[node.group]
    if not entry then
      entry = { name = node.group, nodes = {}, host = (file.hosts or {})[node.group] }
      by_name[node.group] = entry
      table.insert(entries, entry)
    end
    table.insert(entry.nodes, node)
    entry.has_store = entry.has_store or has_store(node.declaration)
    entry.reads = entry.reads or inputs.name(node.declaration)
  end
  return entries
end

-- Which entry binds what: endpoint.key -> entry.
local function binders(entries)
  local found = {}
  for _, entry in ipairs(entries) do
    for _, node in ipairs(entry.nodes) do
      walk(node.declaration, "", function(declaration)
        for _, socket in pairs(declaration.sockets) do
          for _, text in ipairs(socket.bind) do found[endpoint.key(text)] = entry end
        end
      end)
    end
  end
  return found
end

-- What is wrong with this as an endpoint to connect to, or nil.
local function problem_of(text, entry, bound, is_apart)
  local other = bound[endpoint.key(text)]
  if not other or other == entry then return nil end
  local host = endpoint.tcp(text)
  if host and (not LOOPBACK[host] or not is_apart(entry, other)) then return nil end
  return ("%s, where '%s' is bound in another program: write \"@%s.SOCKET\", and there "
    .. "bind = \"tcp://*:PORT\""):format(text, other.name, other.name)
end

-- The same of a socket, and of an option that says where a role connects by itself.
local function problem_in(declaration, prefix, check)
  for name, socket in pairs(declaration.sockets) do
    for _, text in ipairs(socket.connect) do
      local problem = check(text)
      if problem then return ("%s%s connects to %s"):format(prefix, name, problem) end
    end
  end
  for name, value in pairs(declaration.options) do
    for _, text in ipairs(type(value) == "table" and value or { value }) do
      local problem = type(text) == "string" and text:find "^%l+://" and check(text)
      if problem then return ("option '%s%s' is %s"):format(prefix, name, problem) end
    end
  end
end

-- The first thing that would not hold if this entry ran by itself, or nil.
local function find_problem(name, entry, bound, options)
  local nodes, reason = topology.load(name, {
    settings = options.settings, only = { entry.name }, hosts = options.hosts, keep = true,
  })
  if not nodes then return reason end
  local function check(text) return problem_of(text, entry, bound, options.is_apart) end
  for _, node in ipairs(nodes) do
    local problem = walk(node.declaration, "", function(declaration, prefix)
      return problem_in(declaration, prefix, check)
    end)
    if problem then return ("node '%s': %s"):format(node.name, problem) end
  end
end

--- The entries of a topology's file, each to be run by `sloop up --only`: { entries =, hosts =,
-- nodes = }; or nil, the reason and an exit status. An entry is { name =, nodes =, has_store =,
-- host = (its address in the file), reads = (an input) }. `options`: `settings`, as topology.load;
-- `hosts(file, entries)`, what --hosts is given, as a table; `is_apart(entry, other)`, are they on
-- different machines?
function deployment.of(name, options)
  local nodes, file, status = topology.load(name, { settings = options.settings, keep = true })
  if not nodes then return nil, file, status end
  local entries = entries_of(nodes, file)
  local bound = binders(entries)
  local apart = {
    settings = options.settings, hosts = options.hosts(file, entries),
    is_apart = options.is_apart,
  }
  for _, entry in ipairs(entries) do
    local reason = find_problem(name, entry, bound, apart)
    if reason then return nil, reason, 1 end
  end
  return { entries = entries, hosts = apart.hosts, nodes = nodes }
end

return deployment
