--- The black box in one process with threads, and as programs over tcp.
local helper = require "spec.helper"
local wire = require "spec.wire"

describe("the black box", function()
  after_each(helper.cleanup)

  local SUM <const> = "(%d+) published = (%d+) in %+ (%d+) missed; "
    .. "(%d+) in = (%d+) out %+ (%d+) dropped"

  local function adds_up(collector, messages)
    local _, published, received, missed, again, done, dropped = collector:line(SUM, 60000)
    assert.equal(messages, tonumber(published))
    assert.equal(published + 0, received + missed)
    assert.equal(again + 0, done + dropped)
    assert.equal(received, again)
  end

  it("accounts for every message between threads", function()
    local up = helper.sloop { "up", "patterns/black_box/topology.lua", "--control=none",
      "--set", "publisher.messages=20000", "--set", "publisher.rate=50000" }
    adds_up(up, 20000)
    wire.ends(up)
  end)

  -- A collector, workers and readers of two shards; and the endpoint for the publisher's feed.
  local function start(worker_options)
    local collector, at = wire.start("black_box/collector", { "reports" }, { "--patience=2000" })
    local workers, endpoints = {}, {}
    for i = 1, 2 do
      local worker, bound = wire.start("black_box/worker", { "messages" },
        { "--collector.connect=" .. at.reports, table.unpack(worker_options or {}) })
      workers[i], endpoints[i] = worker, "--workers=" .. bound.messages
    end
    local publisher, feed = wire.start("black_box/publisher", { "readers" },
      { "--messages=2000", "--rate=2000", "--keys=20" })
    for shard = 1, 2 do
      helper.sloop { "run", "black_box/reader", "--control=none", "--shard=" .. shard,
        "--feed.connect=" .. feed.readers, "--collector.connect=" .. at.reports, "--queue=100",
        table.unpack(endpoints) }
    end
    return collector, workers, publisher
  end

  it("accounts for every message over tcp", function()
    local collector, workers, publisher = start()
    adds_up(collector, 2000)
    wire.ends(collector)
    for _, worker in ipairs(workers) do
      wire.stop(worker)
      worker:line "%d+ done of 10 keys, 0 out of order"
    end
    wire.stop(publisher)
  end)

  it("fails when a worker was killed with messages in its hands", function()
    local collector, workers, publisher = start { "--work=20" }
    publisher:line "2000 messages"
    workers[1]:signal "sigkill"
    assert.equal(1, (collector:wait(60000)))
    collector:line "it does not add up: messages were lost unseen"
  end)
end)
