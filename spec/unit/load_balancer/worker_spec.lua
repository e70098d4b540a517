--- Specs: a load balancer's worker.
local helper = require "spec.helper"
local worker = require "load_balancer/worker"

describe("a load balancer's worker", function()
  local node
  local function start(role, options)
    node = helper.node(role or worker, options)
    node:spawn(worker.init)
  end
  local function request(...) node:spawn(worker.on.broker, ...) end
  local function last() return node.sent[#node.sent] end

  it("says that it is ready, and then echoes", function()
    start()
    assert.same({ { "\1" } }, node.sent)
    request("c", "", "a", "", "b")
    node:advance(0)
    assert.same({ "c", "", "a", "", "b" }, last())
  end)

  it("says so with a word, and has a printable id, where the broker wants these", function()
    start(nil, { ready = "word", routing_id = "W-1" })
    assert.same({ { "READY" } }, node.sent)
    assert.equal("W-1", node.broker.declaration.routing_id)
    request("c", "x")
    assert.same({ "READY" }, last())
    start()
    assert.is_nil(node.broker.declaration.routing_id)
  end)

  it("works as long as it is told", function()
    start(nil, { work = 100 })
    request("c", "", "a")
    node:advance(99)
    assert.equal(1, #node.sent)
    node:advance(1)
    assert.same({ "c", "", "a" }, last())
  end)

  it("answers what its owner says", function()
    start()
    node.answer.n, node.answer[1], node.answer[2] = 2, "x", "y"
    request("c", "", "a")
    node:advance(0)
    assert.same({ { "a" } }, node.emitted)
    assert.same({ "c", "", "x", "y" }, last())
  end)

  it("does the work that serve was given, which may wait, and more", function()
    start(worker.serve(function(self, text)
      self:sleep(10)
      return text:rep(self.options.times)
    end, { options = { times = 2 } }))
    request("c", "", "a")
    node:advance(10)
    assert.same({ "c", "", "aa" }, last())
  end)

  it("answers with an empty frame when its work fails, and the error is not hidden", function()
    for _, work in ipairs {
      function() error "oh" end, function() return nil end, function() return 42 end,
      function() return helper.frames(252) end,
    } do
      start(worker.serve(work))
      assert.has_error(function() request("c", "", "a") end)
      assert.same({ "c", "", "" }, last())
    end
  end)

  it("is ready again after a request that makes no sense", function()
    start()
    request("c", "x")
    assert.same({ { "\1" }, { "\1" } }, node.sent)
    assert.same({ ["malformed request"] = 1 }, node.rejects)
  end)
end)
