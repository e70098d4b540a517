--- Specs: a queue.
local queue = require "sloop.queue"

describe("a queue", function()
  local q
  before_each(function() q = queue.new() end)

  it("gives back first what came first", function()
    for i = 1, 3 do queue.push(q, i) end
    assert.same({ 1, 2, 3, nil }, { queue.pop(q), queue.pop(q), queue.pop(q), queue.pop(q) })
  end)

  it("knows its size, and whether it is empty", function()
    assert.is_true(queue.empty(q))
    queue.push(q, "a")
    assert.same({ false, 1 }, { queue.empty(q), queue.size(q) })
    queue.push(q, "b")
    assert.same({ false, 2 }, { queue.empty(q), queue.size(q) })
    queue.pop(q)
    queue.pop(q)
    queue.pop(q)
    assert.same({ true, 0 }, { queue.empty(q), queue.size(q) })
  end)

  it("takes back to its front what could not be served", function()
    queue.push(q, 2)
    queue.push_front(q, 1)
    queue.push(q, 3)
    assert.equal(3, queue.size(q))
    assert.same({ 1, 2, 3 }, { queue.pop(q), queue.pop(q), queue.pop(q) })
  end)

  it("takes something to the front when it is empty", function()
    queue.push_front(q, 1)
    queue.push_front(q, 0)
    assert.same({ 0, 1, nil }, { queue.pop(q), queue.pop(q), queue.pop(q) })
  end)

  it("shows the oldest item and keeps it", function()
    assert.is_nil(queue.peek(q))
    queue.push(q, "a")
    queue.push(q, "b")
    assert.same({ "a", "a", 2 }, { queue.peek(q), queue.peek(q), queue.size(q) })
  end)

  it("holds false, and refuses nil", function()
    queue.push(q, false)
    queue.push(q, 1)
    assert.same({ false, 1 }, { queue.pop(q), queue.pop(q) })
    assert.has_error(function() queue.push(q, nil) end, "a queue holds no nil")
    assert.has_error(function() queue.push_front(q, nil) end, "a queue holds no nil")
  end)

  it("is plain data and as small as new when all was taken", function()
    for i = 1, 1000 do queue.push(q, i) end
    for _ = 1, 1000 do queue.pop(q) end
    assert.same({ first = 1, last = 0 }, q)
    assert.is_nil(getmetatable(q))
  end)

  it("gives out an item from anywhere, and keeps the order of the others", function()
    for _, name in ipairs { "a", "b", "c", "d", "e" } do
      local letters = queue.new()
      for letter in ("abcde"):gmatch "." do queue.push(letters, letter) end
      assert.equal(name, queue.remove(letters, name))
      local left = ""
      while not queue.empty(letters) do left = left .. queue.pop(letters) end
      assert.equal((("abcde"):gsub(name, "")), left)
      assert.same({ first = 1, last = 0 }, letters)
    end
  end)

  it("gives out the first of equal items, and nothing when there is none", function()
    local t = {}
    for _, item in ipairs { 1, t, 1 } do queue.push(q, item) end
    assert.equal(1, queue.remove(q, 1))
    assert.is_nil(queue.remove(q, 2))
    assert.same({ t, 1 }, { queue.pop(q), queue.pop(q) })
    assert.is_nil(queue.remove(q, 1))
  end)

  it("gives out an item by its position, and another one is found if it is not there", function()
    local positions = {}
    for _, item in ipairs { "a", "b", "a", "c" } do table.insert(positions, queue.push(q, item)) end
    assert.equal("a", queue.remove(q, "a", positions[3]))
    assert.equal("c", queue.remove(q, "c", positions[2]))
    assert.is_nil(queue.remove(q, "d", positions[1]))
    assert.is_nil(queue.remove(q, nil, positions[3]))
    assert.same({ 2, "a", "b" }, { queue.size(q), queue.pop(q), queue.pop(q) })
    assert.same({ first = 1, last = 0 }, q)
  end)

  it("counts, and goes through, what is left between items that were taken out", function()
    for i = 1, 9 do queue.push(q, i) end
    for _, i in ipairs { 2, 4, 5, 8 } do queue.remove(q, i, i) end
    assert.equal(5, queue.size(q))
    local left = {}
    for position, item in queue.each(q) do
      table.insert(left, item)
      if item > 3 then queue.remove(q, item, position) end
    end
    assert.same({ 1, 3, 6, 7, 9 }, left)
    assert.same({ 2, 1, 3 }, { queue.size(q), queue.pop(q), queue.pop(q) })
    assert.same({ first = 1, last = 0 }, q)
    for _ in queue.each(q) do error "it is empty" end
  end)

  it("behaves as a list does, whatever is done to it", function()
    local list, positions = {}, {}
    for step = 1, 10000 do
      local act = math.random(4)
      if act == 1 or #list < 3 then
        table.insert(list, step)
        positions[step] = queue.push(q, step)
      elseif act == 2 then
        table.insert(list, 1, step)
        positions[step] = queue.push_front(q, step)
      elseif act == 3 then
        if table.remove(list, 1) ~= queue.pop(q) then error "they differ" end
      else
        local item = table.remove(list, math.random(#list))
        local position = math.random(2) == 1 and positions[item] or nil
        if queue.remove(q, item, position) ~= item then error "they differ" end
      end
      if #list ~= queue.size(q) or list[1] ~= queue.peek(q) then error "they differ" end
    end
  end)

  it("takes no longer to give out one of many than one of few", function()
    local function spent(count)
      local items = queue.new()
      for i = 1, count do queue.push(items, i) end
      local start = os.clock()
      for i = count - 1, 2, -1 do queue.remove(items, i, i) end
      return (os.clock() - start) / count
    end
    spent(1000)
    assert.is_true(spent(40000) < 20 * spent(400)) -- a search would take 100 times as long
  end)

  it("is found by name, and made when it is not there", function()
    local queues = {}
    queue.push(queue.of(queues, "a"), 1)
    assert.equal(1, queue.pop(queue.of(queues, "a")))
    assert.is_true(queue.empty(queue.of(queues, "b")))
  end)
end)
