--- A part of a run's history: what some nodes did, in a part of the time.
local nearest = require "base/nearest"

local excerpt = {}

--- The names of the nodes that a list names, by node or by what its copies have in common, as a
-- set; nil and what is wrong.
function excerpt.names(text, nodes)
  local names, known = {}, {}
  for word in text:gmatch "[^,%s]+" do
    local found = false
    for _, node in ipairs(nodes) do
      known[node.name], known[node.group] = true, true
      if node.name == word or node.group == word then names[node.name], found = true, true end
    end
    if not found then
      return nil, ("there is no node '%s'%s"):format(word, nearest.hint(word, known))
    end
  end
  return names
end

--- The events of these nodes, and messages from and to them; of all nodes if `names` is nil. What
-- concerns no node stays. `from` and `to` are ms, or nil.
function excerpt.of(history, names, from, to)
  local list = {}
  for _, event in ipairs(history) do
    local is_theirs = not names or not event.node or names[event.node] or names[event.peer]
    if is_theirs and event.time >= (from or 0) and event.time <= (to or math.huge) then
      table.insert(list, event)
    end
  end
  return list
end

--- Those of the nodes that have events here.
function excerpt.participants(history, nodes)
  local there, list = {}, {}
  for _, event in ipairs(history) do
    if event.node then there[event.node] = true end
    if event.peer then there[event.peer] = true end
  end
  for _, node in ipairs(nodes) do
    if there[node.name] then table.insert(list, node) end
  end
  return list
end

return excerpt
