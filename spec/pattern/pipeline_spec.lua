--- The pipelines among faults: the plain one does its batch, the reliable one loses no task unseen.
local sloop = require "sloop"

local function keeps(file, seeds)
  local result = assert(sloop.sim(file, { seeds = seeds }))
  assert.is_nil(result.failure)
  assert.equal(seeds, result.seeds)
end

local function events(history, kind)
  local found = {}
  for _, event in ipairs(history) do
    if event.kind == kind then table.insert(found, event) end
  end
  return found
end

describe("the plain pipeline", function()
  it("does its batch whoever is slow or stands still", function()
    keeps("patterns/pipeline/topology.lua", 150)
  end)

  for seed, what in pairs {
    [1305] = "a worker that stands still for 6 s while it connects",
    [12803] = "a sink that stands still for 18 s, with hardly a break",
  } do
    it("does it with " .. what, function()
      local result = assert(sloop.sim("patterns/pipeline/topology.lua", { seed = seed }))
      assert.is_nil(result.failure)
    end)
  end
end)

describe("the reliable pipeline", function()
  it("does or reports every task under every fault of its topology", function()
    keeps("patterns/pipeline/reliable_topology.lua", 150)
  end)

  it("counts the late result of a task that the sink, started again, had given up", function()
    local result = assert(sloop.sim("patterns/pipeline/reliable_topology.lua", { seed = 3812 }))
    assert.is_nil(result.failure)
  end)

  -- Two workers and 30 tasks; these faults and no others. Nodes by name: sink, ventilator, workers.
  local function run(schedule, options)
    local result = assert(sloop.sim({
      nodes = {
        sink = { "patterns/pipeline/reliable_sink.lua" },
        ventilator = {
          "patterns/pipeline/reliable_ventilator.lua", tasks = 30, heartbeat = 500,
          sink = { connect = "@sink.workers" }, tries = options and options.tries,
        },
        worker = {
          "patterns/pipeline/reliable_worker.lua", count = 2, credit = 5, heartbeat = 500,
          tasks = { connect = "@ventilator.workers" }, sink = { connect = "@sink.workers" },
        },
      },
      duration = 20000, quiet = 1000, schedule = schedule,
    }, { seed = 7 }))
    assert.is_nil(result.failure)
    return result, events(result.history, "batch")[1]
  end

  it("gives the tasks of a worker that dies for ever to the others", function()
    local result, batch = run { { kind = "crash", time = 250, duration = 60000, node = 3 } }
    assert.same({ 30, 30, 0 }, { batch.sent, batch.done, batch.reported })
    assert.equal(30, #events(result.history, "result"))
  end)

  it("reports nothing that is done, when all workers are cut off from the ventilator", function()
    local result, batch = run {
      { kind = "partition", time = 250, duration = 8000, node = 3, peer = 2 },
      { kind = "partition", time = 250, duration = 8000, node = 4, peer = 2 },
    }
    assert.same({ 30, 30, 0 }, { batch.sent, batch.done, batch.reported })
    assert.equal(30, #events(result.history, "result"))
  end)

  it("counts a result once when its confirmation was lost", function()
    local result, batch = run { { kind = "crash", time = 200, duration = 500, node = 1 } }
    assert.same({ 30, 30, 0 }, { batch.sent, batch.done, batch.reported })
    local seen = {}
    for _, event in ipairs(events(result.history, "result")) do seen[event.id] = true end
    for id = 1, 30 do assert.is_true(seen[tostring(id)], id) end
  end)

  it("reports a task when its tries are used up", function()
    local result, batch = run({
      { kind = "crash", time = 250, duration = 60000, node = 3 },
    }, { tries = 1 })
    assert.equal(30, batch.sent)
    assert.is_true(batch.reported >= 1 and batch.reported <= 5, batch.reported)
    assert.equal(30, batch.done + batch.reported)
    assert.equal(batch.reported, #events(result.history, "reported"))
    assert.equal(1, result.statuses[2])
  end)
end)

describe("the pipeline with kill", function()
  it("stops all workers with the batch", function()
    keeps("patterns/pipeline_kill/topology.lua", 100)
  end)

  it("stops also workers that are cut off or late", function()
    keeps("patterns/pipeline_kill/lost_topology.lua", 200)
  end)
end)
