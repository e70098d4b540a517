--- The shared queue in virtual time: every request comes back to who asked.
local sloop = require "sloop"

describe("extended request-reply", function()
  it("answers each client's every request, however slow the workers", function()
    local result = assert(sloop.sim("patterns/extended_request_reply/topology.lua",
      { seeds = 100 }))
    assert.is_nil(result.failure)
    assert.equal(100, result.seeds)
  end)

  it("costs a dead worker's client its request, and the others none", function()
    local result = assert(sloop.sim({
      nodes = {
        broker = { "extended_request_reply/broker" },
        client = { "extended_request_reply/client", count = 2, interval = 50, requests = 20 },
        worker = { "extended_request_reply/worker", count = 2, work = 20 },
      },
      duration = 10000, quiet = 1000,
      schedule = { { kind = "crash", time = 300, duration = 60000, node = 4 } },
    }, { seed = 1 }))
    assert.is_nil(result.failure)
    local answered = { ["client.1"] = 0, ["client.2"] = 0 }
    for _, event in ipairs(result.history) do
      if event.kind == "reply" then answered[event.node] = answered[event.node] + 1 end
    end
    assert.equal(20, math.max(answered["client.1"], answered["client.2"]))
  end)
end)
