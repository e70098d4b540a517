--- Specs: the load balancing broker.
local broker = require "load_balancer/broker"
local helper = require "spec.helper"

describe("the load balancing broker", function()
  local node
  local function setup(options) node = helper.node(broker, options) end
  before_each(function() setup() end)

  -- The handler waits while no worker is ready, and so is a task.
  local function ask(client, ...) node:spawn(broker.on.clients, client, "", ...) end
  local function from_worker(...) broker.on.workers(node, ...) end
  local function ready(worker) from_worker(worker, "", "\1") end

  -- A socket that reaches all but these.
  local function unreachable(...)
    local away = {}
    for _, address in ipairs { ... } do away[address] = true end
    node.workers.send = function(self, address, ...)
      if away[address] then return nil, "unreachable" end
      return getmetatable(self).__index.send(self, address, ...)
    end
  end

  it("gives requests to workers in the order in which these became ready", function()
    ready "w1"
    ready "w2"
    ask("c1", "a")
    ask("c2", "b", "", "c")
    assert.same({ { "w1", "", "c1", "", "a" }, { "w2", "", "c2", "", "b", "", "c" } }, node.sent)
  end)

  it("reads no client while no worker is ready, and so has no request to lose", function()
    local function reads() return broker.sockets.clients.when(node) end
    assert.is_false(reads())
    ready "w"
    assert.is_true(reads())
    ask("c", "a")
    assert.is_false(reads())
    from_worker("w", "", "c", "", "x")
    assert.is_true(reads())
  end)

  it("keeps a request until a worker is ready", function()
    ask("c", "a")
    assert.same({}, node.sent)
    ready "w"
    assert.same({ { "w", "", "c", "", "a" } }, node.sent)
  end)

  it("sends a reply to its client, and its worker is ready again, behind the others", function()
    ready "w1"
    ready "w2"
    ask("c", "a")
    from_worker("w1", "", "c", "", "x", "")
    assert.same({ "c", "", "x", "" }, node.clients.sent[1])
    ask("c", "b")
    ask("c", "c")
    assert.equal("w2", node.workers.sent[2][1])
    assert.equal("w1", node.workers.sent[3][1])
  end)

  it("gives a worker that is ready twice one request", function()
    ready "w"
    ready "w"
    ask("c1", "a")
    ask("c2", "b")
    assert.equal(1, #node.workers.sent)
  end)

  it("gives the request of a worker that is gone to the next", function()
    unreachable("w1", "w2")
    ready "w1"
    ready "w2"
    ready "w3"
    ask("c", "a")
    assert.same({ { "w3", "", "c", "", "a" } }, node.sent)
  end)

  it("keeps the request when all workers turn out to be gone", function()
    unreachable("w1")
    ready "w1"
    ask("c", "a")
    assert.same({}, node.sent)
    ready "w2"
    assert.same({ { "w2", "", "c", "", "a" } }, node.sent)
  end)

  it("takes a reply for a client that is gone as a sign that the worker is ready", function()
    node.clients.refuse = "unreachable"
    from_worker("w", "", "c", "", "x")
    ask("c2", "a")
    assert.equal("w", node.workers.sent[1][1])
  end)

  it("takes what fits in a message to a worker; more costs no worker its place", function()
    ready "w"
    ask("c", helper.frames(252))
    assert.same({}, node.sent)
    ask("c", helper.frames(251))
    assert.equal(255, #node.sent[1])
  end)

  it("rejects what makes no sense, logs each reason once, and counts", function()
    for _ = 1, 3 do
      from_worker("w", "x")
      from_worker("w", "", "HELLO")
      broker.on.clients(node, "c", "no delimiter")
    end
    assert.same({}, node.sent)
    assert.equal(3, #node.logged)
    assert.same({ ["malformed message of a worker"] = 3, ["unknown command"] = 3,
                  ["malformed request"] = 3 }, node.rejects)
  end)

  it("remembers only so many workers; the one that is ready for longest makes way", function()
    setup { max_workers = 2 }
    for i = 1, 1000 do ready("w" .. i) end
    local count = 0
    for _ in pairs(node.listed) do count = count + 1 end
    assert.equal(2, count)
    ask("c", "a")
    assert.equal("w999", node.workers.sent[1][1])
  end)
end)
