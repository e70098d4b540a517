--- What the Guide's majordomo programs suffer from, and ours do not: a spec for each. What only a
-- network shows is in spec/process and spec/interop.
local broker = require "majordomo/broker"
local client = require "majordomo/client"
local helper = require "spec.helper"
local worker = require "majordomo/worker"

describe("unlike the Guide's majordomo, ours", function()
  local node
  before_each(function() node = helper.node(broker, { request_expiry = 1000, retries = 1 }) end)

  local function from(...) broker.on.router(node, ...) end
  local function ready(address, service) from(address, "", "MDPW01", "\1", service) end
  local function ask(address, service, ...) from(address, "", "MDPC01", service, ...) end
  local function beat(count)
    for _ = 1, count do broker.on.beat(node) end
  end
  local function last() return node.sent[#node.sent] end
  local function is_served(service)
    ask("asker", "mmi.service", service)
    return last()[5] == "200"
  end

  it("lets requests for a service without workers expire", function()
    ask("c", "echo", "x")
    node:advance(1000)
    beat(1)
    ready("w", "echo")
    assert.same({}, node.sent)
  end)

  it("sends a dead worker's request to another by itself, without the client", function()
    ready("w", "echo")
    ask("c", "echo", "x")
    beat(4)
    ready("v", "echo")
    assert.same({ "v", "", "MDPW01", "\2", "c", "", "x" }, last())
  end)

  it("notices a worker that dies busy", function()
    ready("w", "echo")
    ask("c", "echo", "x")
    beat(4)
    assert.is_false(is_served "echo")
  end)

  it("finds dead workers wherever they are among the living", function()
    for i = 1, 6 do ready("w" .. i, "echo") end
    beat(3)
    for _, i in ipairs { 1, 4, 6 } do from("w" .. i, "", "MDPW01", "\4") end
    beat(1)
    local living = {}
    for address in pairs(node.workers) do table.insert(living, address) end
    table.sort(living)
    assert.same({ "w1", "w4", "w6" }, living)
  end)

  it("judges names by the service, not by the worker's address", function()
    ready("mmi.w", "echo")
    ready("w", "mmi.echo")
    assert.same({ "w", "", "MDPW01", "\5" }, last())
    assert.is_true(is_served "echo")
  end)

  it("stands a short message of each kind", function()
    for _, frames in ipairs { {}, { "" }, { "", "MDPC01" }, { "", "MDPC01", "mmi.service" },
      { "", "MDPW01" }, { "", "MDPW01", "\1" }, { "", "MDPW01", "\3" },
      { "", "MDPW01", "\3", "c" }, { "MDPC02" }, { "MDPW02" } } do
      ready("w", "echo")
      from("w", table.unpack(frames))
    end
  end)

  it("has workers that say when they leave, so that no request waits for one", function()
    local leaving = helper.node(worker)
    worker.init(leaving)
    leaving:spawn(worker.stop)
    assert.same({ "", "MDPW01", "\5" }, leaving.sent[2])
    ready("w", "echo")
    from("w", "", "MDPW01", "\5")
    assert.is_false(is_served "echo")
  end)

  it("makes no entry for a name that was looked up", function()
    assert.is_false(is_served "echo")
    assert.same({}, node.requests.services)
  end)

  it("removes services that are not used", function()
    for i = 1, 100 do ask("c", "service" .. i, "x") end
    node:advance(1000)
    beat(1)
    assert.same({ services = {}, names = 0, bytes = 0 }, node.requests)
  end)

  it("limits the services that requests make", function()
    for i = 1, 20000 do ask("c", "service" .. i, "x") end
    assert.equal(node.options.max_services // 2, node.requests.names)
  end)

  it("has workers without an address of their own, which could collide", function()
    assert.is_nil(worker.sockets.broker.routing_id)
  end)

  it("has a client for many requests at once that survives a broker's crash", function()
    local asking = helper.node(client, { timeout = 100, retries = 2 })
    local replies = {}
    for i = 1, 3 do
      asking:spawn(function(self) replies[i] = self:request("echo", tostring(i)) end)
    end
    asking:advance(100) -- the broker died, and another answers
    for i = 4, 6 do asking.opened[i]:deliver("", "MDPC01", "echo", asking.sent[i][4]) end
    assert.same({ "1", "2", "3" }, replies)
  end)

  it("has a worker whose function may take longer than a heart may stand still", function()
    local slow = helper.node(worker.serve("echo", function(self)
      self:sleep(60000)
      return "done"
    end))
    worker.init(slow)
    slow:spawn(function(self) worker.on.broker(self, "", "MDPW01", "\2", "c", "", "x") end)
    for _ = 1, 10 do worker.on.beat(slow) end
    assert.equal(11, #slow.sent)
    slow:advance(60000)
    assert.same({ "", "MDPW01", "\3", "c", "", "done" }, slow.sent[12])
  end)
end)
