--- Specs: the client of a binary star.
local client = require "binary_star/client"
local helper = require "spec.helper"

describe("the client of a binary star", function()
  local node
  local function start(options)
    options = options or {}
    options.servers = options.servers or { "A", "B" }
    node = helper.node(client, options)
  end
  local function opened() return node.opened[#node.opened] end
  local function asked(index)
    local list = {}
    for i, socket in ipairs(node.opened) do list[i] = socket.declaration.connect end
    return index and list[index] or list
  end

  it("asks the first server, and keeps the socket that brought its reply", function()
    start()
    for i = 1, 3 do
      node:spawn("request", "a", "b")
      opened():deliver("x" .. i, "y")
      assert.same({ "x" .. i, "y", n = 2 }, node.results)
    end
    assert.same({ "A" }, asked())
    assert.same({ "a", "b" }, node.sent[1])
  end)

  it("asks the other one after timeout and settle, and stays there", function()
    start()
    node:spawn("request", "a")
    node:advance(1999)
    assert.same({ "A" }, asked())
    assert.is_true(node.opened[1].closed)
    node:advance(1)
    assert.same({ "A", "B" }, asked())
    opened():deliver "x"
    assert.same({ "x", n = 1 }, node.results)
    node:spawn("request", "b")
    assert.same({ "A", "B" }, asked())
  end)

  it("goes back and forth, and says 'offline' when all tries failed", function()
    start { retries = 4 }
    node:spawn("request", "a")
    node:advance(4999)
    assert.is_nil(node.results)
    node:advance(1)
    assert.same({ nil, "offline", n = 2 }, node.results)
    assert.same({ "A", "B", "A", "B" }, asked())
    for _, socket in ipairs(node.opened) do assert.is_true(socket.closed) end
  end)

  it("tries without end when retries is 0", function()
    start { retries = 0 }
    node:spawn("request", "a")
    node:advance(100000)
    assert.equal(100, #node.opened)
    assert.is_nil(node.results)
  end)

  it("has a socket for each request in flight, and switches once for all of them", function()
    start()
    for i = 1, 3 do node:spawn("request", tostring(i)) end
    assert.same({ "A", "A", "A" }, asked())
    node:advance(2000)
    assert.same({ "A", "A", "A", "B", "B", "B" }, asked())
    assert.equal(2, node.current)
  end)

  it("takes no late reply: that socket is closed", function()
    start()
    node:spawn("request", "a")
    local first = opened()
    node:advance(1000)
    first:deliver "late"
    assert.is_true(first.closed)
    node:advance(1000)
    assert.is_nil(node.results)
  end)

  it("closes sockets that idle when one has missed its reply", function()
    start()
    node:spawn("request", "a")
    node:spawn("request", "b")
    node.opened[1]:deliver "x"
    assert.equal(1, #node.idle)
    node:advance(1000)
    assert.same({}, node.idle)
    assert.is_true(node.opened[1].closed)
  end)

  it("keeps no more sockets than --pool", function()
    start { pool = 1 }
    for _ = 1, 3 do node:spawn("request", "a") end
    for _, socket in ipairs(node.opened) do socket:deliver "x" end
    assert.equal(1, #node.idle)
  end)

  it("waits when it can have no socket, and tries again", function()
    start { retries = 2 }
    rawset(node, "open", function() return nil, "too many open files", "EMFILE" end)
    node:spawn("request", "a")
    node:advance(2999)
    assert.is_nil(node.results)
    node:advance(1)
    assert.same({ nil, "offline", n = 2 }, node.results)
  end)

  it("asks each server again and again, after one that was not ready yet", function()
    start()
    node:spawn("request", "a")
    node:advance(3999)
    assert.same({ "A", "B", "A" }, asked())
    node:advance(1)
    assert.same({ "A", "B", "A", "B" }, asked())
  end)

  it("goes on with a list that became shorter meanwhile", function()
    start()
    node.current, node.options.servers = 2, { "C" }
    node:spawn("request", "a")
    assert.same({ "C" }, asked())
  end)

  it("makes requests of its own, and fails when both are away", function()
    start { requests = 2, retries = 1 }
    node:spawn(client.main)
    opened():deliver "1"
    assert.equal("request 1: answered 1 after 0 ms", node.logged[1])
    node:advance(1000)
    node:advance(2000)
    assert.same({ nil, "request 2: both servers are offline", n = 2 }, node.results)
  end)
end)
