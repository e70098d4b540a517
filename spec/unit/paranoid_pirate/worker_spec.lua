--- Specs: the paranoid pirate worker.
local helper = require "spec.helper"
local worker = require "paranoid_pirate/worker"

describe("the paranoid pirate worker", function()
  local node
  local function start(options, role)
    node = helper.node(role or worker, options)
    node:spawn(worker.init)
  end
  before_each(function() start() end)

  local function from_queue(...) node:spawn(worker.on.queue, ...) end
  local function beat(count)
    for _ = 1, count or 1 do node:spawn(worker.on.beat) end
  end
  local function last() return node.sent[#node.sent] end

  it("says READY first, and then HEARTBEAT", function()
    beat(2)
    assert.same({ { "\1" }, { "\2" }, { "\2" } }, node.sent)
  end)

  it("echoes a request of any frames", function()
    from_queue("c", "", "a", "", "b")
    node:advance(0)
    assert.same({ "c", "", "a", "", "b" }, last())
  end)

  it("answers what its owner says", function()
    node.answer.n, node.answer[1], node.answer[2] = 2, "x", "y"
    from_queue("c", "", "a")
    node:advance(0)
    assert.same({ { "a" } }, node.emitted)
    assert.same({ "c", "", "x", "y" }, last())
  end)

  it("does the work that serve was given, and beats meanwhile", function()
    start({}, worker.serve(function(self, text)
      self:sleep(5000)
      return text:upper()
    end))
    from_queue("c", "", "a")
    for _ = 1, 5 do
      node:advance(999)
      beat()
      assert.same({ "\2" }, last())
    end
    node:advance(5)
    assert.same({ "c", "", "A" }, last())
  end)

  it("answers with an empty frame when its work fails, and the error is not hidden", function()
    for _, work in ipairs {
      function() error "oh" end, function() return nil end, function() return 42 end,
      function() return helper.frames(253) end,
    } do
      start({}, worker.serve(work))
      assert.has_error(function() from_queue("c", "", "a") end)
      assert.same({ "c", "", "" }, last())
      assert.is_false(node.busy)
    end
  end)

  it("joins a silent queue anew, on a new connection", function()
    beat(3)
    assert.is_false(node.queue.closed)
    beat()
    assert.is_true(node.queue.closed)
    node:advance(1000)
    assert.equal(1, node.queue.reopened)
    assert.same({ "\1" }, last())
  end)

  it("says READY soon after its connection was closed, on a new one", function()
    node:spawn(worker.on.monitor, "connected")
    node:spawn(worker.on.monitor, "disconnected")
    assert.is_true(node.queue.closed)
    node:advance(100)
    assert.same({ false, 1 }, { node.queue.closed, node.queue.reopened })
    assert.same({ "\1" }, last())
  end)

  it("keeps its connection while it works: its reply makes it known again", function()
    start { work = 1000 }
    from_queue("c", "", "a")
    node:spawn(worker.on.monitor, "disconnected")
    assert.is_false(node.queue.closed)
    node:advance(1000)
    assert.same({ "c", "", "a" }, last())
  end)

  it("doubles its patience from 1 to 32 s, and has it back when the queue is heard", function()
    local waits = {}
    local function lose()
      beat(4)
      local before = node.queue.reopened
      local since = node:now()
      while node.queue.reopened == before do node:advance(1000) end
      table.insert(waits, (node:now() - since) // 1000)
    end
    for _ = 1, 8 do lose() end
    assert.same({ 1, 2, 4, 8, 16, 32, 32, 32 }, waits)
    from_queue "\2"
    waits = {}
    lose()
    assert.same({ 1 }, waits)
  end)

  it("takes anything that makes sense from the queue for a sign of life", function()
    for _, message in ipairs { { "\2" }, { "c", "", "a" } } do
      beat(3)
      from_queue(table.unpack(message))
      node:advance(0)
    end
    beat(3)
    from_queue "nonsense"
    beat()
    assert.is_true(node.queue.closed)
  end)

  it("does not judge while it works, since it does not listen then", function()
    start { work = 60000 }
    from_queue("c", "", "a")
    beat(50)
    assert.is_false(node.queue.closed)
    node:advance(60000)
    assert.same({ "c", "", "a" }, last())
    beat()
    assert.is_true(node.queue.closed)
  end)

  it("rejects what makes no sense, logs each reason once, and counts", function()
    for _ = 1, 3 do
      from_queue "\1"
      from_queue("c", "x", "y")
    end
    assert.equal(1, #node.sent)
    assert.equal(2, #node.logged)
    assert.same({ ["unknown command"] = 3, ["malformed request"] = 3 }, node.rejects)
  end)
end)
