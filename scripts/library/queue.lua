--- A first-in first-out queue as plain data, { first =, last =, [i] = item }, so it may be state.
-- Functions, not methods: plain data has no metatable. An item may be anything but nil.
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

function queue.size(q) return q.last - q.first + 1 end
function queue.empty(q) return q.last < q.first end

function queue.push(q, item)
  assert(item ~= nil, "a queue holds no nil")
  q.last = q.last + 1
  q[q.last] = item
end

--- Puts an item before all others: it was taken out, and could not be served.
function queue.push_front(q, item)
  assert(item ~= nil, "a queue holds no nil")
  q.first = q.first - 1
  q[q.first] = item
end

--- The oldest item, which stays; nil when there is none.
function queue.peek(q) return q[q.first] end

--- Takes out the oldest item; nil when there is none.
function queue.pop(q)
  local item = q[q.first]
  if item == nil then return nil end
  q[q.first] = nil
  q.first = q.first + 1
  if q.first > q.last then q.first, q.last = 1, 0 end -- small indices keep the table an array
  return item
end

--- Takes out the first item equal to this one, and returns it; nil when it is not there.
-- The shorter side moves up, so what is near an end costs little.
function queue.remove(q, item)
  for i = q.first, q.last do
    if q[i] == item then
      if i - q.first < q.last - i then
        table.move(q, q.first, i - 1, q.first + 1)
        return queue.pop(q) and item
      end
      table.move(q, i + 1, q.last, i)
      q[q.last] = nil
      q.last = q.last - 1
      return item
    end
  end
end

return queue
