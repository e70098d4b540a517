--- The pipelines as real programs over tcp: workers killed, the sink restarted, interrupts.
local helper = require "spec.helper"
local wire = require "spec.wire"

describe("the plain pipeline over tcp", function()
  after_each(helper.cleanup)

  it("speaks the Guide's frames: our ventilator and sink with workers of raw frames", function()
    local sink, at_sink = wire.start("pipeline/sink", { "results" }, { "--tasks=10" })
    local ventilator, at = wire.start("pipeline/ventilator", { "workers" },
      { "--tasks=10", "--wait-for=2", "--sink.connect=" .. at_sink.results })
    at.sink = at_sink.results
    wire.talk(at, [[
      local one, two = connect(self, "pull", AT.workers), connect(self, "pull", AT.workers)
      local sink = connect(self, "push", AT.sink)
      for i = 1, 5 do
        for _, socket in ipairs { one, two } do
          local task = hear(socket)
          local ms = tonumber(task)
          if not ms or ms < 1 or ms > 100 then error("no task: " .. tostring(task)) end
          sink:send("")
        end
      end]])
    sink:line "10 results in %d+ ms"
    wire.ends(sink)
    wire.ends(ventilator)
  end)

  it("speaks the Guide's frames: our worker with a ventilator and a sink of raw frames", function()
    local worker
    local _, at = wire.peer("push", [[
      peer:send "20"
      peer:send "1"
      self:wait "ever"]])
    local sink, at_sink = wire.peer("pull", [[
      says("", peer)
      says("", peer)
      print "both"]])
    worker = helper.sloop { "run", "pipeline/worker", "--control=none", "--tasks.connect=" .. at,
      "--sink.connect=" .. at_sink }
    sink:line "both"
    worker:signal "sigint"
    worker:line "2 tasks done"
    wire.ends(worker)
  end)

  it("ends in order when it is interrupted in the middle of a batch", function()
    local sink, at_sink = wire.start("pipeline/sink", { "results" }, { "--tasks=1000" })
    local ventilator, at = wire.start("pipeline/ventilator", { "workers" },
      { "--tasks=1000", "--most=10", "--sink.connect=" .. at_sink.results })
    local worker = helper.sloop { "run", "pipeline/worker", "--control=none",
      "--tasks.connect=" .. at.workers, "--sink.connect=" .. at_sink.results }
    sink:line "100 of 1000"
    for _, program in ipairs { worker, sink } do
      program:signal "sigint"
      wire.ends(program)
    end
    worker:line "tasks done"
    wire.ends(ventilator)
  end)
end)

describe("the reliable pipeline over tcp", function()
  after_each(helper.cleanup)

  local WORKER <const> = [[
    --- Says what it works on.
    return {
      parts = { work = { "pipeline/reliable_worker", credit = 5 } },
      on = { work = function(self, ms)
        self:log("working for %s ms", ms)
        self:sleep(tonumber(ms))
        return ms
      end },
    }]]

  local function start_worker(at, at_sink)
    local path = helper.write(helper.folder() .. "/worker.lua", WORKER)
    return helper.sloop { "run", path, "--control=none", "--work.heartbeat=600",
      "--work.tasks.connect=" .. at.workers, "--work.sink.connect=" .. at_sink.workers }
  end

  local function start_ventilator(...)
    return wire.start("pipeline/reliable_ventilator", { "workers" }, { "--heartbeat=600", ... })
  end

  it("loses nothing when a worker is killed with tasks in its hands", function()
    local sink, at_sink = wire.start("pipeline/reliable_sink", { "workers" })
    local ventilator, at = start_ventilator("--tasks=40", "--most=50")
    local victim = start_worker(at, at_sink)
    victim:line "working"
    victim:signal "sigkill"
    start_worker(at, at_sink)
    ventilator:line "40 tasks: 40 done, 0 reported"
    wire.ends(ventilator)
    wire.stop(sink)
    sink:line "40 results, %d+ of them repeated"
  end)

  it("loses nothing when a worker is stopped for longer than it is believed alive", function()
    local sink, at_sink = wire.start("pipeline/reliable_sink", { "workers" })
    local ventilator, at = start_ventilator("--tasks=40", "--most=50")
    local victim = start_worker(at, at_sink)
    victim:line "working"
    victim:signal "sigstop"
    local other = start_worker(at, at_sink)
    ventilator:line "40 tasks: 40 done, 0 reported"
    victim:signal "sigcont"
    wire.ends(ventilator)
    wire.stop(sink)
    sink:line "40 results"
    for _, worker in ipairs { victim, other } do wire.stop(worker) end
  end)

  it("reports what nobody could do, with exit status 1", function()
    local _, at_sink = wire.start("pipeline/reliable_sink", { "workers" })
    local ventilator, at = start_ventilator("--tasks=3", "--most=60000", "--tries=1",
      "--sink.connect=" .. at_sink.workers)
    local victim = start_worker(at, at_sink)
    for _ = 1, 3 do victim:line "working" end
    victim:signal "sigkill"
    ventilator:line "3 tasks: 0 done, 3 reported"
    assert.equal(1, (ventilator:wait()))
    ventilator:line "3 tasks were lost"
  end)

  it("loses nothing when the sink is killed and started again", function()
    local sink, at_sink = wire.start("pipeline/reliable_sink", { "workers" })
    local ventilator, at = start_ventilator("--tasks=40", "--most=100")
    local worker = start_worker(at, at_sink)
    for _ = 1, 8 do worker:line "working" end
    sink:signal "sigkill"
    assert.equal(9, select(2, sink:wait()))
    sink = wire.start("pipeline/reliable_sink", { "workers" }, nil, at_sink)
    ventilator:line "40 tasks: 40 done, 0 reported"
    wire.ends(ventilator)
    wire.stop(sink)
    wire.stop(worker)
  end)

  it("stands any frames from outside", function()
    local ventilator, at = start_ventilator("--tasks=2", "--most=1")
    local sink, at_sink = wire.start("pipeline/reliable_sink", { "workers" })
    at.sink = at_sink.workers
    wire.talk(at, [[
      local peer, other = connect(self, "dealer", AT.workers), connect(self, "dealer", AT.sink)
      other:send("")
      says("", other)
      for _, message in ipairs { { "" }, { "READY" }, { "READY", "x" }, { "READY", "-1" },
          { "READY", "0.5" }, { "READY", "1e400" }, { "DONE" }, { "DONE", "1" },
          { "TASK", "1" } } do
        peer:send(table.unpack(message))
      end
      says("WHO", peer)
      peer:send("BEAT") -- it is asked once
      peer:send("READY", "2")
      if not hear(peer):find "^TASK|1|" then error "no task" end
      if not hear(peer):find "^TASK|2|" then error "no task" end
      peer:send("DONE", "7")
      says("OK|7", peer)
      peer:send("DONE", "1")
      peer:send("DONE", "1")
      peer:send("DONE", "2")]])
    ventilator:line "2 tasks: 2 done, 0 reported"
    wire.ends(ventilator)
    wire.stop(sink)
  end)
end)

describe("the pipeline with kill over tcp", function()
  after_each(helper.cleanup)

  local function start_worker(at)
    return helper.sloop { "run", "pipeline_kill/worker", "--control=none",
      "--tasks.connect=" .. at.workers, "--sink.connect=" .. at.results,
      "--control.connect=" .. at.control }
  end

  it("reaches all workers after the batch, and stops one that comes too late", function()
    local sink, at = wire.start("pipeline_kill/sink", { "results", "control" }, { "--tasks=10" })
    local ventilator, at_tasks = wire.start("pipeline/ventilator", { "workers" },
      { "--tasks=10", "--wait-for=2", "--most=10", "--sink.connect=" .. at.results })
    at.workers = at_tasks.workers
    local workers = { start_worker(at), start_worker(at) }
    for _, worker in ipairs(workers) do
      worker:line "5 tasks done; told to stop"
      wire.ends(worker)
    end
    wire.ends(ventilator)
    wire.ends(sink)
    local late = start_worker(at)
    late:line "0 tasks done; the sink is gone"
    wire.ends(late)
  end)

  it("stops workers whose sink is killed", function()
    local sink, at = wire.start("pipeline_kill/sink", { "results", "control" })
    local _, at_tasks = wire.start("pipeline/ventilator", { "workers" },
      { "--wait-for=2", "--sink.connect=" .. at.results })
    at.workers = at_tasks.workers
    local worker = start_worker(at)
    wire.talk(at, [[ -- its subscription has come when the sink's is heard
      local ear = self:open { "sub", connect = AT.control, subscribe = "" }
      hear(ear, 100)]])
    sink:signal "sigkill"
    worker:line "the sink is gone"
    wire.ends(worker)
  end)
end)
