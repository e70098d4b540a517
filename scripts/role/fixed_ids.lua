--- Fixed routing ids that a ROUTER may become deaf to: it ignores a peer whose id is still taken,
-- and one that comes back at once is there before its old connection is seen to end.
-- Compares declarations. Opens nothing.
local convert = require "role/convert"
local endpoint = require "role/endpoint"
local loader = require "sloop.loader"
local problems = require "role/problems"

local fixed_ids = {}

local ROUTES <const> = { router = true, rep = true } -- types that know their peers by id
local LOOPBACK <const> = { localhost = true, ["127.0.0.1"] = true, ["[::1]"] = true }

-- All sockets of a node, those of its parts too: { node =, name =, socket =, declaration = }.
local function collect(node, declaration, found)
  for name, socket in pairs(declaration.sockets) do
    table.insert(found, { node = node, name = name, socket = socket, declaration = declaration })
  end
  for _, copies in pairs(declaration.parts) do
    for _, part in ipairs(copies) do collect(node, part, found) end
  end
  return found
end

local function has_fixed_id(each)
  local id = each.socket.options.routing_id
  return id ~= nil and id ~= "" and each.socket.connect[1] ~= nil
end

local function may_be_deaf(each)
  return ROUTES[each.socket.type] and each.socket.bind[1] ~= nil
    and not each.socket.options.router_handover
end

-- Does what `from` connects to reach what `to` is bound to?
local function reaches(text, from, bound, to)
  if endpoint.key(text) ~= endpoint.key(bound) then return false end
  local host = endpoint.tcp(text)
  if not host or LOOPBACK[host] then return from.node.host == to.node.host end
  return to.node.host == nil or to.node.host == host
end

local function talk(from, to)
  for _, text in ipairs(from.socket.connect) do
    for _, bound in ipairs(to.socket.bind) do
      if reaches(text, from, bound, to) then return true end
    end
  end
  return false
end

local function place(each, ...)
  local list = problems.new(loader.source)
  local declaration = each.declaration
  list:add(declaration.path, declaration.role, { "sockets", each.name, ... }, "")
  local found = list:list()[1]
  return found.line and ("%s:%d"):format(found.file, found.line) or found.file
end

local function called(each, type)
  local what = type and type .. " " or "socket "
  local of = each.node.name and (" of node '%s'"):format(each.node.name) or ""
  return ("%s'%s'%s"):format(what, each.name, of)
end

local CURES <const> = {
  router = "Write router_handover = true there, or leave routing_id out",
  rep = "Leave routing_id out",
}

local function describe(from, to, namesake)
  local type, id = to.socket.type, convert.quote(from.socket.options.routing_id)
  local router = ("%s (%s)"):format(called(to, type), place(to))
  if namesake then
    return ("%s and %s have the same routing_id, %s, and connect to the %s: it hears only one of "
      .. "them. Give each an id of its own, or leave routing_id out"):format(
        called(from), called(namesake), id, router)
  end
  return ("%s has the fixed routing_id %s and connects to the %s, which has no router_handover: "
    .. "when it comes back before its old connection is seen to end, it is not heard any more. "
    .. "%s"):format(called(from), id, router, CURES[type])
end

-- The copies of a node are one to the reader.
local function key_of(each)
  return ("%s\0%s\0%s"):format(each.node.group or "", each.declaration.path, each.name)
end

local function in_order(a, b)
  if a.node.name ~= b.node.name then return (a.node.name or "") < (b.node.name or "") end
  if a.declaration.path ~= b.declaration.path then
    return a.declaration.path < b.declaration.path
  end
  return a.name < b.name
end

-- The sockets in these nodes that `holds`.
local function select(nodes, holds)
  local all, found = {}, {}
  for _, node in ipairs(nodes) do collect(node, node.declaration, all) end
  for _, each in ipairs(all) do
    if holds(each) then table.insert(found, each) end
  end
  table.sort(found, in_order)
  return found
end

local function warnings(nodes, is_wanted)
  local found, seen = {}, {}
  local fixed = select(nodes, has_fixed_id)
  for _, to in ipairs(fixed[1] and select(nodes, may_be_deaf) or {}) do
    local users = {} -- id -> the first that has it
    for _, from in ipairs(fixed) do
      if is_wanted(from, to) and talk(from, to) then
        local id = from.socket.options.routing_id
        local key = key_of(from) .. "\1" .. key_of(to) .. (users[id] and "\1same" or "")
        if not seen[key] then
          table.insert(found,
            { place = place(from, "routing_id"), message = describe(from, to, users[id]) })
        end
        seen[key], users[id] = true, users[id] or from
      end
    end
  end
  return found
end

--- What is wrong between nodes: a list of { place = "FILE:LINE", message = }. `nodes` is a list of
-- { name =, group =, host =, declaration = }; `host` may be nil.
function fixed_ids.between(nodes)
  return warnings(nodes, function(from, to) return from.node ~= to.node end)
end

--- The same within a node that has this declaration, among its own sockets and those of its parts.
function fixed_ids.within(declaration)
  return warnings({ { declaration = declaration } }, function(from, to) return from ~= to end)
end

return fixed_ids
