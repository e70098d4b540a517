--- Specs: the sequential strategy.
local helper = require "spec.helper"
local sequential = require "freelance/sequential"

describe("the sequential strategy", function()
  local node
  local function start(servers, timeout)
    node = helper.node(sequential, { servers = servers, timeout = timeout })
    node:spawn("request", "a", "b")
  end
  local function opened() return node.opened[#node.opened] end
  local function asked()
    local list = {}
    for i, socket in ipairs(node.opened) do list[i] = socket.declaration.connect end
    return list
  end

  it("asks the first server, and gives back all frames of the reply", function()
    start({ "A", "B" }, 900)
    assert.same({ { "a", "b" } }, node.sent)
    opened():deliver("x", "", "y")
    assert.same({ "x", "", "y", n = 3 }, node.results)
    assert.same({ "A" }, asked())
    assert.is_true(opened().closed)
  end)

  it("asks the others in their order, each for its share of the time", function()
    start({ "A", "B", "C", "D" }, 1000)
    for _ = 1, 3 do node:advance(250) end
    assert.same({ "A", "B", "C", "D" }, asked())
    opened():deliver "x"
    assert.same({ "x", n = 1 }, node.results)
  end)

  it("begins with the server that answered last", function()
    start({ "A", "B", "C" }, 900)
    node:advance(300)
    opened():deliver "x"
    node:spawn("request", "a")
    assert.same({ "A", "B", "B" }, asked())
    node:advance(300)
    node:advance(300)
    assert.same({ "A", "B", "B", "C", "A" }, asked())
    opened():deliver "y"
    node:spawn("request", "a")
    assert.equal("A", asked()[6])
  end)

  it("asks one server three times", function()
    start({ "A" }, 900)
    node:advance(300)
    node:advance(300)
    assert.same({ "A", "A", "A" }, asked())
  end)

  it("gives up when the time is over, with no socket left", function()
    start({ "A", "B" }, 900)
    node:advance(899)
    assert.is_nil(node.results)
    node:advance(1)
    assert.same({ nil, "offline", n = 2 }, node.results)
    for _, socket in ipairs(node.opened) do assert.is_true(socket.closed) end
  end)

  it("goes on to the next server when it gets no socket, and says why", function()
    node = helper.node(sequential, { servers = { "A", "B" }, timeout = 900 })
    local open = node.open
    rawset(node, "open", function(self, declaration)
      if declaration.connect == "A" then return nil, "cannot connect A" end
      return open(self, declaration)
    end)
    node:spawn("request", "a")
    opened():deliver "x"
    assert.same({ "x", n = 1 }, node.results)
    assert.same({ "cannot connect A" }, node.logged)
  end)

  it("has a new socket for each try, so that no late reply is taken for another's", function()
    start({ "A" }, 900)
    local first = opened()
    node:advance(300)
    assert.is_true(first.closed)
    assert.not_equal(first, opened())
  end)
end)
