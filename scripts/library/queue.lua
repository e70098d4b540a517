--- A first-in first-out queue as plain data, { first =, last =, [position] = item }, so it may be
-- state. Functions, not methods: plain data has no metatable. An item may be anything but nil.
-- An item keeps its position; `holes`, when there are any, counts positions in between whose item
-- was removed.
local queue = {}

function queue.new() return { first = 1, last = 0 } end

--- The queue of this name in a table of queues; made when there is none.
function queue.of(queues, name)
  local q = queues[name]
  if not q then
    q = queue.new()
    queues[name] = q
  end
  return q
end

function queue.size(q) return q.last - q.first + 1 - (q.holes or 0) end
function queue.empty(q) return q.last < q.first end

--- Adds an item at the end. Returns its position, by which `remove` finds it at once.
function queue.push(q, item)
  assert(item ~= nil, "a queue holds no nil")
  q.last = q.last + 1
  q[q.last] = item
  return q.last
end

--- Adds an item before all others: it was taken out, and could not be served. Returns its position.
function queue.push_front(q, item)
  assert(item ~= nil, "a queue holds no nil")
  q.first = q.first - 1
  q[q.first] = item
  return q.first
end

--- The oldest item, which stays; nil when there is none.
function queue.peek(q) return q[q.first] end

-- No hole is first or last. Small positions keep the table an array.
local function trim(q)
  local holes = q.holes or 0
  while q[q.first] == nil and q.first <= q.last do
    q.first, holes = q.first + 1, holes - 1
  end
  while q[q.last] == nil and q.first <= q.last do
    q.last, holes = q.last - 1, holes - 1
  end
  q.holes = holes > 0 and holes or nil
  if q.first > q.last then q.first, q.last = 1, 0 end
end

-- Empties a position, which becomes a hole.
local function clear(q, position)
  q[position] = nil
  q.holes = (q.holes or 0) + 1
  trim(q)
end

--- Takes out the oldest item; nil when there is none.
function queue.pop(q)
  local item = q[q.first]
  if item ~= nil then clear(q, q.first) end
  return item
end

--- Takes out an item, and returns it; nil when it is not there. It is the one at `position`, as
--- `push` returned it; without one, or when another is there by now, the first equal item.
function queue.remove(q, item, position)
  if item == nil then return nil end
  if position == nil or q[position] ~= item then
    for i = q.first, q.last do
      if q[i] == item then
        clear(q, i)
        return item
      end
    end
    return nil
  end
  clear(q, position)
  return item
end

local function next_item(q, position)
  for i = position + 1, q.last do
    if q[i] ~= nil then return i, q[i] end
  end
end

--- Goes through the items from the oldest on: `for position, item in queue.each(q) do`. The loop
--- may remove them.
function queue.each(q) return next_item, q, q.first - 1 end

return queue
