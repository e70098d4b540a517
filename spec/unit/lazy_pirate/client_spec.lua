--- Specs: the lazy pirate client.
local client = require "lazy_pirate/client"
local helper = require "spec.helper"

describe("the lazy pirate client", function()
  local node
  local function start(options)
    node = helper.node(client, options)
    node:spawn(client.main)
  end
  local function opened() return node.opened[#node.opened] end

  it("asks the server it is told, by number", function()
    start { server = "tcp://elsewhere:1" }
    assert.same({ "req", connect = "tcp://elsewhere:1", linger = 0 }, opened().declaration)
    assert.same({ { "1" } }, node.sent)
  end)

  it("asks the next after it was answered", function()
    start { interval = 10 }
    opened():deliver("1")
    assert.same({ { "1" } }, node.sent)
    node:advance(10)
    assert.same({ { "1" }, { "2" } }, node.sent)
    assert.same({ "request 1: answered" }, node.logged)
  end)

  it("asks again on a new socket when no reply comes in time, and closes the old one", function()
    start { timeout = 100 }
    local first = opened()
    node:advance(99)
    assert.equal(1, #node.opened)
    node:advance(1)
    assert.same({ { "1" }, { "1" } }, node.sent)
    assert.not_equal(first, opened())
    assert.same({ true, false }, { first.closed, opened().closed })
    opened():deliver("1")
    assert.is_true(opened().closed)
    assert.equal("request 1: answered", node.logged[2])
  end)

  it("gives up after its last try, within retries x timeout, and says so", function()
    start { timeout = 100, retries = 3 }
    node:advance(299)
    assert.is_nil(node.results)
    node:advance(1)
    assert.same({ nil, "request 1: tcp://localhost:5555 is offline", n = 2 }, node.results)
    assert.equal(3, #node.opened)
    for _, socket in ipairs(node.opened) do assert.is_true(socket.closed) end
    assert.same({
      "no reply (timeout), tries on a new socket left: 2",
      "no reply (timeout), tries on a new socket left: 1",
      "no reply (timeout), tries on a new socket left: 0",
    }, node.logged)
  end)

  it("says why when it gets no socket", function()
    start { requests = -1, retries = 1 }
    rawset(node, "open", function() return nil, "too many open files" end)
    node:spawn("request", "a")
    assert.same({ nil, "offline", n = 2 }, node.results)
    assert.same({ "no reply (too many open files), tries on a new socket left: 0" }, node.logged)
  end)

  it("has all its tries for each request", function()
    start { timeout = 100, retries = 2, interval = 1 }
    node:advance(100)
    opened():deliver("1")
    node:advance(1 + 100)
    assert.is_nil(node.results)
    opened():deliver("2")
    assert.same({ { "1" }, { "1" }, { "2" }, { "2" } }, node.sent)
  end)

  it("ends well after as many requests as it was told", function()
    start { requests = 2, interval = 1 }
    opened():deliver("1")
    node:advance(1)
    opened():deliver("2")
    node:advance(1)
    assert.same({ n = 0 }, node.results)
  end)

  it("makes none of its own when requests are negative", function()
    start { requests = -1 }
    assert.same({ n = 0 }, node.results)
    assert.same({}, node.opened)
  end)

  it("does not take another's reply for its own", function()
    start()
    opened():deliver("7")
    assert.same({ "request 1: malformed reply" }, node.logged)
  end)

  it("gives all frames of a reply to who asked", function()
    node = helper.node(client, { timeout = 100, retries = 1 })
    node:spawn("request", "a", "b")
    assert.same({ { "a", "b" } }, node.sent)
    opened():deliver("x", "", "y")
    assert.same({ "x", "", "y", n = 3 }, node.results)
  end)

  it("says 'offline' to who asked in vain", function()
    node = helper.node(client, { timeout = 100, retries = 1 })
    node:spawn("request", "a")
    node:advance(100)
    assert.same({ nil, "offline", n = 2 }, node.results)
  end)

  it("blames the caller's line for what is no frame, before it opens a socket", function()
    start { requests = -1 }
    local _, reason = pcall(function() node:request("a", 42) end)
    assert.matches("client_spec.lua:%d+: bad argument #2 to 'request' %(string expected", reason)
    assert.same({}, node.opened)
  end)

  it("has at most 50 lines", function()
    local count = 0
    for _ in io.lines("patterns/lazy_pirate/client.lua") do count = count + 1 end
    assert.is_true(count <= 50, count)
  end)
end)
