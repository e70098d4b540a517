--- Specs: the majordomo worker.
local helper = require "spec.helper"
local worker = require "majordomo/worker"

describe("the majordomo worker", function()
  local node

  local function start(options, role)
    node = helper.node(role or worker, options)
    worker.init(node)
  end
  local function from_broker(...)
    node:spawn(function(self, ...) worker.on.broker(self, ...) end, "", "MDPW01", ...)
  end
  local function request(client, ...) from_broker("\2", client, "", ...) end
  local function beat(count)
    for _ = 1, count or 1 do worker.on.beat(node) end
  end
  local function sent()
    local messages = table.move(node.sent, 1, #node.sent, 1, {})
    for i in ipairs(messages) do node.sent[i] = nil end
    return messages
  end
  local READY <const> = { "", "MDPW01", "\1", "echo" }
  local HEARTBEAT <const> = { "", "MDPW01", "\4" }
  local DISCONNECT <const> = { "", "MDPW01", "\5" }
  local function reply(client, ...) return { "", "MDPW01", "\3", client, "", ... } end

  -- A worker whose work is this function.
  local function working(work, options)
    start(options, worker.serve("echo", work))
    sent()
  end

  it("says what service it is for", function()
    start { service = "other" }
    assert.same({ { "", "MDPW01", "\1", "other" } }, sent())
  end)

  it("echoes when it is run by itself", function()
    start()
    request("c", "a", "", "b")
    assert.same({ READY, reply("c", "a", "", "b") }, sent())
  end)

  it("replies what its owner's handler returns", function()
    start()
    node.answer = table.pack("x", "y")
    request("c", "a")
    assert.same({ { "a" } }, node.emitted)
    assert.same({ READY, reply("c", "x", "y") }, sent())
  end)

  it("replies what the function returns that it serves with", function()
    working(function(_, a, b) return b, a end)
    request("c", "1", "2")
    assert.same({ reply("c", "2", "1") }, sent())
  end)

  it("goes on with heartbeats while the function waits", function()
    working(function(self) self:sleep(10000) return "done" end)
    request("c", "x")
    beat(2)
    from_broker "\4"
    assert.same({ HEARTBEAT, HEARTBEAT }, sent())
    node:advance(10000)
    assert.same({ reply("c", "done") }, sent())
  end)

  it("says DISCONNECT when the function fails, then READY, and replies nothing", function()
    for _, work in ipairs {
      function() error "poison" end,
      function() return nil, "no" end,
      function() return "a", 1 end,
      function() return helper.frames(250) end,
    } do
      working(work)
      assert.has_error(function() request("c", "x") end)
      assert.same({ DISCONNECT, READY }, sent())
      assert.is_false(node.busy)
    end
  end)

  it("echoes when the function returns nothing", function()
    working(function() end)
    request("c", "x")
    assert.same({ reply("c", "x") }, sent())
  end)

  it("comes back with the next beat, on a new connection, when it is sent away", function()
    start()
    sent()
    from_broker "\5"
    assert.is_true(node.broker.closed)
    assert.same({}, sent())
    node.broker.closed = false -- the fake's reopen only counts
    beat()
    assert.equal(1, node.broker.reopened)
    assert.same({ READY }, sent())
    assert.same({ "the broker sent DISCONNECT: registering again" }, node.logged)
  end)

  it("comes back later when there can be no connection yet", function()
    start()
    from_broker "\5"
    sent()
    node.broker.reopen = function() return nil, "too many open files" end
    beat(2)
    assert.same({}, sent())
    node.broker.reopen = nil
    beat()
    assert.same({ READY }, sent())
  end)

  it("registers again soon after its connection was closed", function()
    start()
    sent()
    node:spawn(worker.on.monitor, "connected")
    node:spawn(worker.on.monitor, "disconnected")
    assert.is_true(node.broker.closed)
    node.broker.closed = false
    node:advance(100)
    assert.equal(1, node.broker.reopened)
    assert.same({ READY }, sent())
  end)

  it("drops its reply if it was busy when its connection was closed, and then is READY", function()
    working(function(self) self:sleep(1000) return "late" end)
    request("c", "x")
    node:spawn(worker.on.monitor, "disconnected")
    node.broker.closed = false
    node:advance(1000)
    assert.same({}, sent())
    beat()
    assert.same({ READY }, sent())
  end)

  it("does the same when the broker has been silent for liveness beats", function()
    start()
    sent()
    beat(3)
    assert.same({ HEARTBEAT, HEARTBEAT, HEARTBEAT }, sent())
    beat()
    assert.is_true(node.broker.closed)
    node.broker.closed = false
    beat()
    assert.same({ READY }, sent())
    assert.same({ "the broker is silent: registering again" }, node.logged)
  end)

  it("leaves the telling to another one if it is quiet", function()
    start { quiet = true }
    beat(4)
    assert.is_true(node.broker.closed)
    assert.same({}, node.logged)
  end)

  it("takes anything from the broker as a sign of life", function()
    start()
    beat(3)
    from_broker "\4"
    beat(3)
    worker.on.broker(node, "garbage")
    beat(3)
    assert.equal(0, node.broker.reopened)
    assert.is_false(node.broker.closed)
  end)

  it("does not judge while it is busy: not every broker beats for a busy worker", function()
    working(function(self) self:sleep(10000) return "done" end)
    request("c", "x")
    beat(10)
    assert.is_false(node.broker.closed)
    node:advance(10000)
    beat(3)
    assert.is_false(node.broker.closed)
    beat()
    assert.is_true(node.broker.closed)
  end)

  it("drops the reply of a session that is over, and is READY only when it is free", function()
    working(function(self) self:sleep(10000) return "late" end)
    request("c", "x")
    from_broker "\5"
    node.broker.closed = false
    beat(2)
    assert.same({}, sent())
    node:advance(10000)
    assert.same({}, sent())
    beat()
    assert.same({ READY }, sent())
  end)

  it("has one request at a time, whatever the broker does", function()
    local runs = 0
    working(function(self)
      runs = runs + 1
      self:sleep(10)
      return "x"
    end)
    request("c", "1")
    request("c", "2")
    node:advance(10)
    assert.equal(1, runs)
    assert.same({ reply("c", "x") }, sent())
  end)

  it("says DISCONNECT when it leaves", function()
    start()
    sent()
    node:spawn(worker.stop)
    assert.same({ DISCONNECT }, sent())
  end)

  it("leaves as soon as it has finished", function()
    working(function(self) self:sleep(100) return "done" end)
    request("c", "x")
    node:spawn(worker.stop)
    node:advance(100)
    assert.same({ reply("c", "done"), DISCONNECT }, sent())
  end)

  it("finishes what it works on before, if a beat is enough", function()
    for ms, expected in pairs { [2000] = { reply("c", "done"), DISCONNECT },
      [3000] = { DISCONNECT } } do
      working(function(self) self:sleep(ms) return "done" end)
      request("c", "x")
      node:spawn(worker.stop)
      node:advance(5000)
      assert.same(expected, sent())
    end
  end)

  it("says nothing when it leaves and is away already", function()
    start()
    from_broker "\5"
    sent()
    node:spawn(worker.stop)
    assert.same({}, sent())
  end)

  it("counts what makes no sense, and logs each kind once", function()
    start()
    for _, frames in ipairs { {}, { "x" }, { "", "MDPW01", "\2", "c" }, { "", "MDPW02", "\5" } } do
      worker.on.broker(node, table.unpack(frames))
    end
    assert.same({ ["not a broker's command"] = 3, ["malformed request"] = 1 }, node.rejects)
    assert.equal(2, #node.logged)
    assert.same({ READY }, sent())
  end)

  it("registers anew when its service was set while it runs", function()
    start()
    sent()
    node.options.service = "other"
    beat()
    assert.same({ DISCONNECT }, sent())
    node.broker.closed = false
    beat()
    assert.same({ { "", "MDPW01", "\1", "other" } }, sent())
  end)

  it("finishes before that what it works on", function()
    working(function(self) self:sleep(1000) return "done" end)
    request("c", "x")
    node.options.service = "other"
    beat()
    assert.same({ HEARTBEAT }, sent())
    node:advance(1000)
    beat()
    assert.same({ reply("c", "done"), DISCONNECT }, sent())
  end)

  describe("served with a function", function()
    it("is a role with the worker's options and sockets", function()
      local role = worker.serve("upper", string.upper)
      assert.same({ "upper", 2500 }, { role.options.service, role.options.heartbeat })
      assert.equal(worker.sockets.broker, role.sockets.broker)
      assert.equal("echo", worker.options.service)
    end)

    it("wants a function and a table, and blames the line that gives something else", function()
      for _, wrong in ipairs { { "echo" }, { "echo", 7 }, { "echo", print, 7 } } do
        local ok, reason = pcall(function() return (worker.serve(table.unpack(wrong))) end)
        assert.is_false(ok)
        assert.matches("worker_spec.lua:%d+: serve expects a %l+, got %l+", reason)
      end
    end)

    it("may have more of its own", function()
      local role = worker.serve("count", function(self)
        self.count = self.count + 1
        return tostring(self.count)
      end, { state = { count = 0 }, options = { limit = 5 } })
      start({ limit = 6 }, role)
      request("c", "x")
      request("c", "x")
      assert.equal(2, node.count)
    end)
  end)
end)
