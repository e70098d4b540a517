--- The sharded subscriber under overload: whatever is lost is counted, and order per key kept.
local sloop = require "sloop"

describe("the black box", function()
  it("accounts for every message when workers are slow and queues are full", function()
    local result = assert(sloop.sim("patterns/black_box/overload_topology.lua", { seeds = 40 }))
    assert.is_nil(result.failure)
    assert.equal(40, result.seeds)
  end)

  -- Faults and no others; nodes by name: collector, publisher, readers, workers.
  local function run(schedule, options)
    local result = assert(sloop.sim({
      nodes = {
        collector = { "black_box/collector", readers = 2, patience = 3000 },
        publisher = {
          "black_box/publisher", keys = 20, messages = 1000, rate = 500,
          readers = { sndhwm = options and options.sndhwm },
        },
        reader = {
          "black_box/reader", count = 2, workers = "@worker.messages",
          shard = function(number) return number end,
          feed = { rcvhwm = options and options.rcvhwm },
        },
        worker = { "black_box/worker", count = 2, messages = { bind = "inproc://*" } },
      },
      duration = 20000, quiet = 10000, schedule = schedule,
    }, { seed = 2 }))
    assert.is_nil(result.failure)
    for _, event in ipairs(result.history) do
      if event.kind == "counted" then return event, result end
    end
  end

  it("loses nothing when all keep up", function()
    local counted, result = run {}
    assert.same({ 1000, 1000, 1000, 0, 0, 0 }, { counted.published, counted.received,
      counted.done, counted.missed, counted.dropped, counted.disorder })
    assert.equal(0, result.statuses[1])
  end)

  it("counts what a cut connection lost as missed", function()
    local counted = run {
      { kind = "partition", time = 500, duration = 700, node = 2, peer = 3, silent = true },
      { kind = "cut", time = 1200, node = 2, peer = 3 },
    }
    assert.is_true(counted.missed > 0)
    assert.equal(1000, counted.received + counted.missed)
    assert.equal(counted.received, counted.done + counted.dropped)
    assert.equal(0, counted.disorder)
  end)

  it("fails when a worker dies with messages in its hands", function()
    local counted, result = run { { kind = "crash", time = 900, duration = 100, node = 5 } }
    assert.is_true(counted.received > counted.done + counted.dropped)
    assert.equal(1, result.statuses[1])
  end)
end)
