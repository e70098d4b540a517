--- Specifies that a simulation finds the bugs planted into the patterns: those with an odd number
-- in the list, or those with an even one; and that the topologies of specs hold without a bug.
local assert = require "luassert"
local busted = require "busted"
local helper = require "spec.helper"
local planted = require "spec.planted.patterns"

local SEEDS <const> = 300 -- at most; the table of seeds: sloop lua spec/planted/patterns_table.lua
local HELD <const> = 10

local function holds(pattern, name)
  busted.it(("holds without a bug: %s/%s"):format(pattern, name), function()
    local file = ("%s/spec/pattern/%s/%s.lua"):format(helper.root, pattern, name)
    local status, out = helper.run_program(helper.release,
      { "sim", file, "--seeds=" .. HELD, "--shrink=false" }, { timeout = 3600000 })
    assert.equal(0, status, out)
  end)
end

return function(half)
  busted.describe("a bug planted into a pattern", function()
    busted.after_each(helper.cleanup)

    for number, bug in ipairs(planted.bugs) do
      if number % 2 == half % 2 then
        busted.it(("is found out: %s: %s"):format(bug[2], bug[1]), function()
          local seed, said = planted.hunt(helper.release, bug, helper.folder(), SEEDS)
          assert.is_number(seed)
          assert.not_matches("does not start", said)
        end)
        local is_own = bug.topology == "limit" or bug.topology == "busy"
        if is_own then holds(bug[2], bug.topology) end
      end
    end
  end)
end
