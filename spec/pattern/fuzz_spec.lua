--- Brokers, workers and clients under nonsense: a few seeds of what `make fuzz` does for long.
local sloop = require "sloop"

describe("under random frames", function()
  for _, name in ipairs { "mdp", "ppp", "lb", "flp", "peers" } do
    it(name .. ": nothing raises, and nothing grows without end", function()
      local result = sloop.sim(("spec/fuzz/%s.lua"):format(name), { seed = 1 })
      assert.is_nil(result.failure)
      assert.is_true(result.counts.messages > 10000)
    end)
  end
end)
