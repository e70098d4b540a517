--- Ping and pong among faults.
local sloop = require "sloop"

describe("a pair", function()
  it("has every ball back, or told to be lost", function()
    local result = assert(sloop.sim("patterns/pair/topology.lua", { seeds = 30 }))
    assert.is_nil(result.failure)
  end)

  it("tells of a ball that was lost with its peer", function()
    local result = assert(sloop.sim({
      nodes = { pong = { "pair/pong" }, ping = { "pair/ping", rounds = 0, timeout = 1000 } },
      duration = 10000, quiet = 0,
      schedule = { { kind = "pause", time = 3000, duration = 5000, node = 2 } },
    }, { seed = 1 }))
    assert.same({ "done", 1 }, { result.ended, result.statuses[1] })
  end)
end)
