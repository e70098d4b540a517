--- The order in which the nodes of a topology stop: sources before sinks, as their connections say,
-- so that messages under way find their receiver running. Runs nothing.
local endpoint = require "role/endpoint"

local shutdown_order = {}

-- Which end of a connection messages come from, where the types alone decide. Of two others, such
-- as a dealer and a router, the one that connects is the source: it needs the other.
local SOURCE <const> = { push = true, pub = true, xpub = true, req = true }
local SINK <const> = { pull = true, sub = true, xsub = true, rep = true }
-- Published messages are news, and often control: a cycle is cut there first.
local WEAK <const> = { pub = true, xpub = true, sub = true, xsub = true }

local function each_endpoint(declaration, visit)
  for _, socket in pairs(declaration.sockets) do
    for _, text in ipairs(socket.bind or {}) do
      visit("bind", text, socket.type)
    end
    for _, text in ipairs(socket.connect or {}) do
      visit("connect", text, socket.type)
    end
  end
  for _, value in pairs(declaration.options) do -- of a role that opens its sockets itself
    for _, each in ipairs(type(value) == "table" and value or { value }) do
      if type(each) == "string" and each:find("^%w+://") then
        visit("connect", each, "?")
      end
    end
  end
  for _, parts in pairs(declaration.parts) do
    for _, part in ipairs(parts) do each_endpoint(part, visit) end
  end
end

--- The endpoints of a declaration: a list of { way = "bind" or "connect", text =, type =,
-- where = endpoint.key of the text }.
function shutdown_order.endpoints(declaration)
  local list = {}
  each_endpoint(declaration, function(way, text, type)
    table.insert(list, { way = way, text = text, type = type, where = endpoint.key(text) })
  end)
  return list
end

-- address -> { { node = number, type = }, ... }
local function binders(nodes)
  local found = {}
  for number, node in ipairs(nodes) do
    for _, each in ipairs(node.endpoints) do
      if each.way == "bind" then
        found[each.where] = found[each.where] or {}
        table.insert(found[each.where], { node = number, type = each.type })
      end
    end
  end
  return found
end

-- number -> { number of a node that stops before it = "strong" or "weak" }
local function edges(nodes)
  local before, bound = {}, binders(nodes)
  for number in ipairs(nodes) do before[number] = {} end
  local function add(first, second, weak)
    if first == second or before[second][first] == "strong" then return end
    before[second][first] = weak and "weak" or "strong"
  end
  for number, node in ipairs(nodes) do
    for _, each in ipairs(node.endpoints) do
      for _, other in ipairs(each.way == "connect" and bound[each.where] or {}) do
        local weak = WEAK[each.type] or WEAK[other.type]
        if (SINK[each.type] or SOURCE[other.type]) and not SOURCE[each.type] then
          add(other.node, number, weak)
        else
          add(number, other.node, weak)
        end
      end
    end
  end
  return before
end

-- The nodes of `left` that don't have to wait for another of `left`.
local function ready(left, before, with_weak)
  local found = {}
  for number in pairs(left) do
    local waits = false
    for other, strength in pairs(before[number]) do
      waits = waits or (left[other] and (with_weak or strength == "strong")) or false
    end
    if not waits then table.insert(found, number) end
  end
  return found
end

-- The nodes of `left` that stop before this one, directly or through others, and how many: itself
-- too, if it is in a cycle.
local function ancestors(number, left, before)
  local found, count, open = {}, 0, { number }
  while #open > 0 do
    for other, strength in pairs(before[table.remove(open)]) do
      if strength == "strong" and left[other] and not found[other] then
        found[other], count = true, count + 1
        table.insert(open, other)
      end
    end
  end
  return found, count
end

-- The nodes of a cycle that waits for no other node: of all sets of ancestors the smallest.
local function first_cycle(left, before)
  local least, fewest = {}, math.huge
  for number in pairs(left) do
    local found, count = ancestors(number, left, before)
    if count < fewest then least, fewest = found, count end
  end
  local numbers = {}
  for number in pairs(least) do table.insert(numbers, number) end
  return numbers
end

--- The numbers of the nodes as a list of lists: the nodes of one list stop together, and before
-- those of the next. `nodes` are as topology.load returns them.
function shutdown_order.levels(nodes)
  local before, left, levels = edges(nodes), {}, {}
  for number in ipairs(nodes) do left[number] = true end
  while next(left) do
    local level = ready(left, before, true)
    if #level == 0 then level = ready(left, before, false) end
    if #level == 0 then level = first_cycle(left, before) end
    table.sort(level)
    for _, number in ipairs(level) do left[number] = nil end
    table.insert(levels, level)
  end
  return levels
end

--- Does the node bind? Such nodes start first, so that the others connect at the first attempt.
function shutdown_order.binds(node)
  for _, each in ipairs(node.endpoints) do
    if each.way == "bind" then return true end
  end
  return false
end

--- The inproc endpoints that the node is bound to, a set. A socket that was connected to one when
-- the node ended does not reconnect by itself.
function shutdown_order.inproc_endpoints(node)
  local names = {}
  for _, each in ipairs(node.endpoints) do
    if each.way == "bind" and each.where:find "^inproc:" then names[each.where] = true end
  end
  return names
end

return shutdown_order
