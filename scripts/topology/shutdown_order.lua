--- In which order the nodes of a topology end: sources before sinks, as their connections say.
-- So that what is still under way finds its receiver at work. Knows declarations, runs nothing.
local order = {}

-- Which end of a connection messages come from, where the types alone say so. Of two others, such
-- as a dealer and a router, the one that connects is the source: it needs the other.
local SOURCE <const> = { push = true, pub = true, xpub = true, req = true }
local SINK <const> = { pull = true, sub = true, xsub = true, rep = true }
-- What is published is news, and often control; a cycle is cut there first.
local WEAK <const> = { pub = true, xpub = true, sub = true, xsub = true }

-- What makes an endpoint the same for those who bind and those who connect.
local function address(endpoint)
  local port = endpoint:match("^tcp://.*:(%d+)$")
  return port and "tcp:" .. port or endpoint
end

local function each_end(declaration, visit)
  for _, socket in pairs(declaration.sockets) do
    for _, endpoint in ipairs(socket.bind or {}) do
      visit("bind", address(endpoint), socket.type)
    end
    for _, endpoint in ipairs(socket.connect or {}) do
      visit("connect", address(endpoint), socket.type)
    end
  end
  for _, value in pairs(declaration.options) do -- of a role that opens its sockets itself
    for _, each in ipairs(type(value) == "table" and value or { value }) do
      if type(each) == "string" and each:find("^%w+://") then
        visit("connect", address(each), "?")
      end
    end
  end
  for _, parts in pairs(declaration.parts) do
    for _, part in ipairs(parts) do each_end(part, visit) end
  end
end

--- What of a declaration counts here: a list of { way = "bind" or "connect", where =, type = }.
function order.ends(declaration)
  local list = {}
  each_end(declaration, function(way, where, type)
    table.insert(list, { way = way, where = where, type = type })
  end)
  return list
end

-- address -> { { node = number, type = }, ... }
local function binders(nodes)
  local found = {}
  for number, node in ipairs(nodes) do
    for _, each in ipairs(node.declaration) do
      if each.way == "bind" then
        found[each.where] = found[each.where] or {}
        table.insert(found[each.where], { node = number, type = each.type })
      end
    end
  end
  return found
end

-- number -> { number of one that ends before = "strong" or "weak" }
local function edges(nodes)
  local before, bound = {}, binders(nodes)
  for number in ipairs(nodes) do before[number] = {} end
  local function add(first, second, weak)
    if first == second or before[second][first] == "strong" then return end
    before[second][first] = weak and "weak" or "strong"
  end
  for number, node in ipairs(nodes) do
    for _, each in ipairs(node.declaration) do
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

-- Those of `left` that have to wait for nobody among `left`.
local function free(left, before, with_weak)
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

-- All among `left` that end before this one, and before those, and how many: itself too, if they
-- need each other.
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

-- Those who need each other and nobody else: the fewest that are before anybody.
local function knot(left, before)
  local least, fewest = {}, math.huge
  for number in pairs(left) do
    local found, count = ancestors(number, left, before)
    if count < fewest then least, fewest = found, count end
  end
  local numbers = {}
  for number in pairs(least) do table.insert(numbers, number) end
  return numbers
end

--- The numbers of the nodes as a list of lists: those of one list end together, and before those of
-- the next. `nodes` are as topology.load has them, with order.ends of their declarations.
function order.levels(nodes)
  local before, left, levels = edges(nodes), {}, {}
  for number in ipairs(nodes) do left[number] = true end
  while next(left) do
    local level = free(left, before, true)
    if #level == 0 then level = free(left, before, false) end
    if #level == 0 then level = knot(left, before) end
    table.sort(level)
    for _, number in ipairs(level) do left[number] = nil end
    table.insert(levels, level)
  end
  return levels
end

--- Does the node bind? Those that do start first, and nobody has to try twice to reach them.
function order.binds(node)
  for _, each in ipairs(node.declaration) do
    if each.way == "bind" then return true end
  end
  return false
end

--- The names of inproc that the node is bound to, a set. Whoever is connected to one when the node
-- ends does not come back by itself.
function order.names(node)
  local names = {}
  for _, each in ipairs(node.declaration) do
    if each.way == "bind" and each.where:find "^inproc:" then names[each.where] = true end
  end
  return names
end

return order
