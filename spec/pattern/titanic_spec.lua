--- Titanic, simulated: everything may die, disks fail; and planted bugs, each of which is found.
local bugs = require "spec.planted.titanic_bugs"
local helper = require "spec.helper"
local sloop = require "sloop"

local SOAK <const> = os.getenv "SOAK" ~= nil

describe("titanic", function()
  after_each(helper.cleanup)

  it("keeps its promise while everything dies", function()
    local result = assert(sloop.sim("titanic/topology", { seeds = SOAK and 5000 or 15 }))
    assert.is_nil(result.failure)
  end)

  it("leaves nothing behind in its store that is not as it says", function()
    local result = assert(sloop.sim(bugs.deadly_topology "", { seeds = SOAK and 2000 or 15 }))
    assert.is_nil(result.failure)
  end)

  it("goes on beside a poison request and nonsense", function()
    local result = assert(sloop.sim(bugs.poison_topology "", { seeds = 2 }))
    assert.is_nil(result.failure)
  end)

  it("counts on where it was when it dies between tries", function()
    local result = assert(sloop.sim(bugs.retried_topology "", { seeds = 3 }))
    assert.is_nil(result.failure)
  end)

  local KINDS <const> = {
    deadly = bugs.deadly_topology, retried = bugs.retried_topology, always = bugs.poison_topology,
  }
  for kind, topology in pairs(KINDS) do
    for _, bug in ipairs(bugs[kind]) do
      it(("would be found out if it had a bug: it %s"):format(bug), function()
        local result = assert(sloop.sim(topology(bug), { seeds = 200 }))
        assert.is_string(result.failure)
      end)
    end
  end
end)
