--- "@node.socket" in the entries of a topology's nodes, replaced by the endpoints that the socket
-- binds: as they are reached from the same machine, or from another one.
local endpoint = require "role/endpoint"
local nearest = require "base/nearest"
local plain = require "base/plain_data"
local refusal = require "topology/refusal"

local refuse = refusal.raise

local references = {}

local function refers(text) return text:match("^@([%w_.%-]+)%.([%w_]+)$") end

-- Which sockets are referred to in these entries: "node.socket" -> true.
local function find_references(value, found)
  for _, each in pairs(value) do
    local name, socket
    if type(each) == "table" then find_references(each, found)
    elseif type(each) == "string" then name, socket = refers(each) end
    if name then found[name .. "." .. socket] = true end
  end
  return found
end

-- An entry without the references, which are not endpoints yet.
local function without_references(value)
  local made = {}
  for key, each in pairs(value) do
    if type(each) == "table" then made[key] = without_references(each)
    elseif not (type(each) == "string" and refers(each)) then made[key] = each end
  end
  return made
end

-- A socket that others refer to needs its name before it is bound: "inproc://*" gets one here.
local function name_inproc(node, socket, endpoints)
  local named, settings = {}, {}
  for i, text in ipairs(endpoints) do
    local name = ("inproc://%s.%s%s"):format(node.name, socket, i > 1 and "." .. i or "")
    named[i] = text == "inproc://*" and name or text
  end
  if plain.same(named, endpoints) then return endpoints end
  for _, setting in ipairs(node.entry["--"] or {}) do
    local is_bind = #setting.path == 2 and setting.path[1] == socket and setting.path[2] == "bind"
    if not is_bind then table.insert(settings, setting) end
  end
  for _, text in ipairs(named) do
    table.insert(settings, { path = { socket, "bind" }, value = text })
  end
  node.entry["--"] = settings
  return named
end

local function bound(nodes, referred, path, declare)
  local endpoints = {} -- "node.socket" -> list
  for _, node in ipairs(nodes) do
    local declaration = declare(node, without_references(node.entry), path)
    for socket, declared in pairs(declaration.sockets) do
      if referred[node.name .. "." .. socket] or referred[node.group .. "." .. socket] then
        declared.bind = name_inproc(node, socket, declared.bind)
      end
      for _, key in ipairs { node.name .. "." .. socket, node.group .. "." .. socket } do
        local list = endpoints[key] or {}
        if list.node ~= node then
          for _, text in ipairs(declared.bind) do
            table.insert(list, { text = text, node = node, socket = socket })
          end
        end
        list.node = node
        endpoints[key] = list
      end
    end
  end
  return endpoints
end

local LOOPBACK <const> = {
  ["127.0.0.1"] = true, localhost = true, ["[::1]"] = true, ["::1"] = true,
}

-- What a node on another machine connects to, to reach this endpoint.
local function address_from_elsewhere(bind, text, hosts, path)
  local host, port = endpoint.tcp(bind.text)
  local owner = bind.node.name
  local machine = hosts[owner] or hosts[bind.node.group]
  if host and LOOPBACK[host] and LOOPBACK[machine] and port:find("^%d+$") then return bind.text end
  if not host or LOOPBACK[host] or not port:find("^%d+$") then
    refuse("%s: '%s' is on another machine than nodes that connect to it, and bound to %s: "
      .. "write %s = { bind = \"tcp://*:PORT\" }", path, text, bind.text, bind.socket)
  end
  if host ~= "*" and host ~= "0.0.0.0" then return bind.text end
  if not machine then
    refuse("%s: '%s' is on another machine: write hosts = { %s = \"ADDRESS\" }", path, text,
      bind.node.group)
  end
  return ("tcp://%s:%s"):format(machine, port)
end

--- Replace the references in the entries of these nodes. `node.here` says which of them run in this
-- process; the others are on the machines that `hosts` names, node or group -> address.
-- `declare(node, entry, path)` makes a declaration. Raises as refusal.
function references.replace(nodes, path, declare, hosts)
  local referred = {}
  for _, node in ipairs(nodes) do find_references(node.entry, referred) end
  if not next(referred) then return end
  local endpoints = bound(nodes, referred, path, declare)
  local function find(text, from)
    local name, socket = refers(text)
    if not name then return nil end
    local binds = endpoints[name .. "." .. socket]
    if not binds then
      refuse("%s: '%s' names no socket%s", path, text,
        nearest.hint(name .. "." .. socket, endpoints))
    end
    if #binds == 0 then refuse("%s: '%s' is bound to nothing", path, text) end
    local found = {}
    for i, bind in ipairs(binds) do
      found[i] = bind.node.here == from.here and endpoint.reachable(bind.text)
        or address_from_elsewhere(bind, text, hosts, path)
    end
    return found
  end
  local function replace(value, from)
    for key, each in pairs(value) do
      local found = type(each) == "string" and find(each, from)
      if found then
        value[key] = #found == 1 and found[1] or found
      elseif type(each) == "table" then
        replace(each, from)
      end
    end
  end
  for _, node in ipairs(nodes) do replace(node.entry, node) end
end

return references
