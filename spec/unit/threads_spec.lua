--- Which node of a topology runs on which thread.
local threads = require "sloop.private.topology.threads"

local function spread(wishes, common)
  local nodes, numbers = {}, {}
  for i = 1, wishes.n do nodes[i] = { thread = wishes[i] } end
  local count = threads.spread(nodes, common)
  for i, node in ipairs(nodes) do numbers[i] = node.thread end
  return numbers, count
end

describe("threads", function()
  it("are shared by turns", function()
    assert.same({ { 1, 2, 1, 2, 1 }, 2 }, { spread({ n = 5 }, 2) })
  end)

  it("are no more than there are nodes", function()
    assert.same({ { 1, 2 }, 2 }, { spread({ n = 2 }, 50) })
  end)

  it("are one for each who asks for it, and one for each name", function()
    assert.same({ { 1, 3, 4, 2, 5, 4, 6 }, 6 },
      { spread({ n = 7, nil, true, "x", false, "y", "x", 5 }, 2) })
  end)

  it("are one per processor unless it is said", function()
    local numbers, count = spread({ n = 200 })
    assert.equal(require "sloop".core.processors(), count)
    assert.equal(count, math.max(table.unpack(numbers)))
  end)
end)
