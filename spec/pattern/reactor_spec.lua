--- The reactor among faults: each client of its four protocols comes to the end of its story.
local sloop = require "sloop"

describe("the reactor", function()
  it("serves all its protocols among faults", function()
    local result = assert(sloop.sim("patterns/reactor/topology.lua", { seeds = 100 }))
    assert.is_nil(result.failure)
    assert.equal(100, result.seeds)
  end)

  it("counts all events, keeps who beats and ends who is silent, when nothing is wrong", function()
    local result = assert(sloop.sim({
      nodes = {
        server = { "reactor/server", expiry = 1000, patience = 5000 },
        client = { "reactor/client", count = 5 },
      },
      faults = {},
    }, { seed = 1 }))
    assert.is_nil(result.failure)
    local outcomes = 0
    for _, event in ipairs(result.history) do
      if event.kind == "outcome" then
        outcomes = outcomes + 1
        assert.same({ 20, 20, true, true }, { event.counted, event.sent, event.kept, event.ended })
      elseif event.kind == "expired" then
        assert.is_true(event.silent >= 1000 and event.silent <= 1300, event.silent)
      end
    end
    assert.equal(5, outcomes)
  end)
end)
