--- Bugs that were planted into a lazy pirate and a small broker: a simulation finds each of them,
-- and nothing in what is right. The table with its figures: sloop lua spec/planted/table.lua
local bugs = require "spec.planted.bugs"
local sloop = require "sloop"

local SEEDS <const> = 100 -- at most
local SURVIVED <const> = { pirate = 40, broker = 20 }

for _, kind in ipairs { "pirate", "broker" } do
  describe(("the planted %s"):format(kind), function()
    it("survives without a bug", function()
      local result = assert(sloop.sim(bugs.topology(kind, ""), { seeds = SURVIVED[kind] }))
      assert.is_nil(result.failure)
    end)

    for _, bug in ipairs(bugs[kind]) do
      it(("is found out: %s"):format(bug), function()
        local result = assert(sloop.sim(bugs.topology(kind, bug), { seeds = SEEDS }))
        assert.is_string(result.failure)
        assert.is_nil(result.failure:find "traceback")
      end)
    end
  end)
end
