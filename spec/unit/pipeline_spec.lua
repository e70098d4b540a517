--- The pipelines' roles with a fake node.
local credit = require "pipeline/credit"
local helper = require "spec.helper"
local kill_sink = require "pipeline_kill/sink"
local kill_worker = require "pipeline_kill/worker"
local reliable_sink = require "pipeline/reliable_sink"
local reliable_ventilator = require "pipeline/reliable_ventilator"
local reliable_worker = require "pipeline/reliable_worker"
local sink = require "pipeline/sink"
local ventilator = require "pipeline/ventilator"
local worker = require "pipeline/worker"

describe("the words of credit", function()
  it("are heard as they were said, and nothing else is", function()
    assert.same({ "ready", 7, {} }, { credit.from_worker("READY", "7") })
    assert.same({ "ready", 7, { "1", "3" } }, { credit.from_worker("READY", "7", " 1  3 ") })
    assert.same({ "ready", credit.MAX, {} }, { credit.from_worker("READY", "999999999") })
    assert.same({ "READY", "7", "3" }, { credit.ready_to_ventilator(7, { ["3"] = true }) })
    assert.same({ "done", "1" }, { credit.from_worker("DONE", "1") })
    assert.same({ "beat" }, { credit.from_worker("BEAT") })
    assert.same({ "task", "1", "a", "" }, { credit.from_ventilator("TASK", "1", "a", "") })
    assert.same({ "who" }, { credit.from_ventilator("WHO") })
    assert.same({ "ok", "1" }, { credit.from_ventilator("OK", "1") })
    for _, id in ipairs { "", "1 2" } do
      assert.same({ nil, "TASK without an id" }, { credit.from_ventilator("TASK", id) })
    end
    for _, text in ipairs { "", "0", "-1", "x", "0.5", "1e400", "nan", "9223372036854775808" } do
      assert.is_nil((credit.from_worker("READY", text)), text)
    end
    for _, word in ipairs { "", "READY", "DONE", "TASK", "OK", "\0" } do
      assert.is_nil((credit.from_worker(word)), word)
      assert.is_nil((credit.from_ventilator(word)), word)
    end
    assert.is_nil((credit.from_worker()))
    assert.is_nil((credit.from_ventilator()))
  end)
end)

describe("the ventilator", function()
  it("waits for its workers and the sink, then says that the batch begins", function()
    local node = helper.node(ventilator, { tasks = 3, wait_for = 2, most = 9 })
    node:spawn(ventilator.main)
    ventilator.on.joined(node, "handshake_succeeded")
    ventilator.on.connected(node, "connected")
    ventilator.on.connected(node, "handshake_succeeded")
    ventilator.on.joined(node, "accepted")
    assert.same({}, node.sent)
    ventilator.on.joined(node, "handshake_succeeded")
    assert.same({ { "0" }, { "5" }, { "5" }, { "5" } }, node.sent)
    assert.same({ { "0" } }, node.sink.sent)
    assert.same({ n = 0 }, node.results)
  end)
end)

describe("the worker", function()
  it("works as long as the task says, and tells the sink", function()
    local node = helper.node(worker)
    node:spawn(worker.on.tasks, "100")
    node:advance(99)
    assert.same({}, node.sent)
    node:advance(1)
    assert.same({ { "" } }, node.sink.sent)
  end)

  it("takes no time for what is no task", function()
    local node = helper.node(worker)
    for _, text in ipairs { "", "x", "-1", "1e400", "nan", ("9"):rep(400) } do
      node:spawn(worker.on.tasks, text)
      node:advance(0)
    end
    assert.equal(6, node.done)
  end)
end)

describe("the sink", function()
  it("takes the first message for the beginning, and ends with the last result", function()
    local node = helper.node(sink, { tasks = 2 })
    node:spawn(sink.main)
    sink.on.results(node, "0")
    node:advance(30)
    sink.on.results(node, "")
    assert.equal(1, #node.waiting)
    sink.on.results(node, "")
    assert.equal(0, #node.waiting)
    assert.equal("2 results in 30 ms", node.logged[#node.logged])
  end)
end)

describe("the reliable ventilator", function()
  local node
  local function start(options)
    node = helper.node(reliable_ventilator, options)
    node:spawn(reliable_ventilator.main)
  end
  local function hear(address, ...) reliable_ventilator.on.workers(node, address, ...) end
  local function beat(count)
    for _ = 1, count or 1 do reliable_ventilator.on.beat(node) end
  end
  local function sent()
    local list = node.sent
    node.workers.sent, node.sent = {}, nil
    rawset(node, "sent", {})
    return list
  end

  local function kinds()
    local list = {}
    for i, note in ipairs(node.notes) do list[i] = note.kind end
    return list
  end

  it("gives as many tasks as were asked for, and one more for each that is done", function()
    start { tasks = 4, most = 1 }
    hear("a", "READY", "2")
    assert.same({ { "a", "TASK", "1", "1" }, { "a", "TASK", "2", "1" } }, sent())
    hear("a", "DONE", "1")
    assert.same({ { "a", "OK", "1" }, { "a", "TASK", "3", "1" } }, sent())
  end)

  it("gives the tasks of a silent worker to another, and reports what has no tries left", function()
    start { tasks = 1, most = 1, tries = 2, liveness = 3 }
    hear("a", "READY", "1")
    hear("b", "READY", "1")
    sent()
    beat(3)
    hear("b", "BEAT")
    assert.same({}, sent())
    beat()
    assert.same({ { "b", "TASK", "1", "1" } }, sent())
    beat(3 + 3)
    assert.same({ { "VOID", "1" } }, sent())
    reliable_ventilator.on.sink(node, "1", "VOID")
    assert.same({ nil, "1 tasks were lost", n = 2 }, node.results)
    assert.same({ "removed", "removed", "reported", "batch" }, kinds())
    assert.same({ sent = 1, done = 0, reported = 1 }, node.notes[4].fields)
  end)

  it("does not report a task that the sink has", function()
    start { tasks = 1, most = 1, tries = 1 }
    hear("a", "READY", "1")
    beat(4 + 4)
    reliable_ventilator.on.sink(node, "9", "VOID")
    reliable_ventilator.on.sink(node)
    assert.is_nil(node.results)
    reliable_ventilator.on.sink(node, "1", "SEEN")
    assert.same({ n = 0 }, node.results)
    assert.same({ sent = 1, done = 1, reported = 0 }, node.notes[2].fields)
  end)

  it("asks the sink again, and then takes no word but the sink's", function()
    start { tasks = 1, most = 1, tries = 1 }
    hear("a", "READY", "1")
    beat(4 + 6)
    hear("a", "DONE", "1")
    hear("a", "READY", "1", "1")
    beat()
    assert.is_nil(node.results)
    local asked = 0
    for _, message in ipairs(sent()) do asked = asked + (message[1] == "VOID" and 1 or 0) end
    assert.equal(5, asked)
  end)

  it("waits for a worker that comes back with a task of no tries left", function()
    start { tasks = 1, most = 1, tries = 1 }
    hear("a", "READY", "1")
    beat(4 + 2)
    hear("new address", "READY", "1", "1")
    for _ = 1, 20 do
      beat()
      hear("new address", "BEAT")
    end
    hear("new address", "DONE", "1")
    assert.same({ n = 0 }, node.results)
  end)

  it("asks a worker it gave up once to begin anew, and counts what it has done", function()
    start { tasks = 2, most = 1 }
    hear("a", "READY", "1")
    beat(4)
    sent()
    hear("a", "DONE", "1")
    hear("a", "BEAT")
    hear("a", "BEAT")
    assert.same({ { "a", "WHO" }, { "a", "OK", "1" } }, sent())
    assert.equal(1, node.done)
    hear("a", "READY", "1")
    assert.same({ { "a", "TASK", "2", "1" } }, sent())
    hear("a", "DONE", "2")
    assert.same({ n = 0 }, node.results)
  end)

  it("gives tasks to a worker that names, when it begins anew, what is done by now", function()
    start { tasks = 2, most = 1 }
    hear("a", "READY", "1")
    hear("a", "DONE", "1")
    beat(4)
    sent()
    hear("a", "READY", "1", "1") -- said before it heard that its DONE has arrived
    assert.same({ { "a", "TASK", "2", "1" } }, sent())
  end)

  it("takes no word for a task from a connection that never had it", function()
    start { tasks = 1, most = 1 }
    hear("a", "READY", "1")
    sent()
    hear("stranger", "DONE", "1")
    assert.same({ { "stranger", "WHO" } }, sent())
    hear("stranger", "READY", "1", "1")
    hear("stranger", "DONE", "1")
    assert.same({ n = 0 }, node.results)
  end)

  it("takes back the tasks of a worker that begins anew without them", function()
    start { tasks = 2, most = 1 }
    hear("a", "READY", "1")
    sent()
    hear("a", "READY", "1")
    assert.same({ { "a", "TASK", "1", "1" } }, sent())
    hear("a", "READY", "1", "1")
    assert.same({}, sent())
  end)

  it("keeps a task that a worker's queue has no room for", function()
    start { tasks = 1, most = 1 }
    node.workers.refuse = "full"
    hear("a", "READY", "1")
    node.workers.refuse = nil
    hear("b", "READY", "1")
    local last = sent()
    assert.equal(1, #last)
    assert.same({ "TASK", "1", "1" }, { table.unpack(last[1], 2) })
  end)

  it("counts what makes no sense, and a task only once", function()
    start { tasks = 2, most = 1 }
    hear("a", "READY", "2")
    for _, message in ipairs { { "" }, { "READY" }, { "DONE" }, { "X", "1" } } do
      hear("a", table.unpack(message))
    end
    assert.same({ ["unknown command"] = 2, ["READY without a credit"] = 1,
      ["DONE without a task"] = 1 }, node.rejects)
    hear("a", "DONE", "1")
    hear("a", "DONE", "1")
    hear("a", "DONE", "9")
    assert.equal(1, node.done)
  end)
end)

describe("the reliable worker", function()
  local node
  before_each(function()
    node = helper.node(reliable_worker, { credit = 3, resend = 100 })
    node:spawn(reliable_worker.init)
  end)
  local function task(...)
    reliable_worker.on.tasks(node, "TASK", ...)
    node:advance(0)
  end

  it("asks for tasks, says that it lives, and begins anew when it is asked who it is", function()
    reliable_worker.on.beat(node)
    reliable_worker.on.tasks(node, "WHO")
    assert.same({ { "READY", "3", "" }, { "BEAT" }, { "READY", "3", "" } }, node.tasks.sent)
  end)

  it("works on no more tasks at once than its credit, whatever it is given", function()
    for id = 1, 5 do task(tostring(id), "100") end
    assert.equal(3, node.working)
    node:advance(100)
    assert.equal(3, #node.sink.sent)
    assert.equal(2, node.working)
    node:advance(100)
    assert.equal(0, node.working)
  end)

  it("says that a task is done when the sink has confirmed it, and not before", function()
    task("1", "0")
    assert.same({ { "1", "0" } }, node.sink.sent)
    node:advance(250)
    assert.same({ { "1", "0" }, { "1", "0" }, { "1", "0" } }, node.sink.sent)
    assert.equal(1, #node.tasks.sent)
    reliable_worker.on.sink(node, "2")
    reliable_worker.on.sink(node, "1")
    assert.same({ "DONE", "1" }, node.tasks.sent[2])
    node:advance(1000)
    assert.equal(3, #node.sink.sent)
  end)

  it("says so until the ventilator has heard it, and names the task if it begins anew", function()
    task("1", "0")
    reliable_worker.on.sink(node, "1")
    node:advance(100)
    reliable_worker.on.tasks(node, "WHO")
    reliable_worker.on.tasks(node, "OK", "1")
    node:advance(1000)
    reliable_worker.on.tasks(node, "WHO")
    assert.same({ { "READY", "3", "" }, { "DONE", "1" }, { "DONE", "1" }, { "READY", "3", "1" },
      { "READY", "3", "" } }, node.tasks.sent)
  end)

  it("works once on a task it is given twice", function()
    task("1", "50")
    task("1", "50")
    node:advance(50)
    assert.same({ { "1", "50" } }, node.sink.sent)
  end)

  it("sends what its owner makes of a task", function()
    node.answer = { "a", "", n = 2 }
    task("1", "input")
    assert.same({ { "input" } }, node.emitted)
    assert.same({ { "1", "a", "" } }, node.sink.sent)
  end)
end)

describe("the reliable sink", function()
  it("confirms every result, and counts each task once", function()
    local node = helper.node(reliable_sink)
    for _, id in ipairs { "1", "2", "1" } do reliable_sink.on.workers(node, "w", id, "r" .. id) end
    reliable_sink.on.workers(node, "w")
    assert.same({ { "w", "1" }, { "w", "2" }, { "w", "1" } }, node.sent)
    assert.same({ 2, 1 }, { node.results, node.repeated })
    assert.same({ { "1", "r1" }, { "2", "r2" } }, node.emitted)
  end)

  it("says whether it has a result, and else counts none that comes later", function()
    local node = helper.node(reliable_sink)
    reliable_sink.on.workers(node, "w", "1", "r1")
    for _, id in ipairs { "1", "2" } do reliable_sink.on.workers(node, "v", "VOID", id) end
    reliable_sink.on.workers(node, "w", "2", "r2")
    reliable_sink.on.workers(node, "v", "VOID")
    assert.same({ { "w", "1" }, { "v", "1", "SEEN" }, { "v", "2", "VOID" }, { "w", "2" } },
      node.sent)
    assert.same({ 1, 1 }, { node.results, #node.emitted })
  end)
end)

describe("the sink with kill", function()
  it("says KILL until nobody listens, and not longer than its patience", function()
    local node = helper.node(kill_sink, { tasks = 1, patience = 200 })
    node:spawn(kill_sink.main)
    for _, event in ipairs { "\1", "\1", "\0" } do kill_sink.on.control(node, event) end
    kill_sink.on.results(node, "0")
    kill_sink.on.results(node, "")
    assert.same({ { "KILL" } }, node.sent)
    node:advance(50)
    assert.same({ { "KILL" }, { "KILL" } }, node.sent)
    kill_sink.on.control(node, "")
    kill_sink.on.control(node, "\0")
    assert.equal("killed", node.notes[1].kind)
  end)

  it("does not wait for ever for a worker that does not go", function()
    local node = helper.node(kill_sink, { tasks = 1, patience = 200 })
    node:spawn(kill_sink.main)
    kill_sink.on.control(node, "\1")
    kill_sink.on.results(node, "0")
    kill_sink.on.results(node, "")
    node:advance(200)
    assert.same({ left = 1 }, node.notes[1].fields)
  end)
end)

describe("the worker with kill", function()
  local node
  before_each(function()
    node = helper.node(kill_worker)
    node:spawn(kill_worker.init)
    node:spawn(kill_worker.main)
    node.results = nil
  end)
  local function look(ms)
    node:advance(ms)
    kill_worker.on.look(node)
    return node.results ~= nil
  end

  it("does not linger for a sink that is gone: its subscription, its last result", function()
    assert.equal(0, kill_worker.sockets.control.linger)
    assert.equal(100, kill_worker.sockets.sink.linger)
  end)

  it("ends when it is told to, whatever the word", function()
    kill_worker.on.control(node, "anything")
    assert.same({ n = 0 }, node.results)
    assert.equal("0 tasks done; told to stop", node.logged[1])
  end)

  it("ends a heartbeat after its sink was gone, or never came", function()
    assert.is_false(look(999))
    kill_worker.on.monitor(node, "handshake_succeeded")
    assert.is_false(look(5000))
    kill_worker.on.monitor(node, "connect_retried")
    kill_worker.on.monitor(node, "disconnected")
    assert.is_false(look(999))
    assert.is_true(look(1))
    assert.equal("0 tasks done; the sink is gone", node.logged[1])
  end)
end)
