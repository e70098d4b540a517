--- Bugs planted into the patterns: a simulation of their topologies finds each of them.
local helper = require "spec.helper"
local planted = require "spec.planted.patterns"

local SEEDS <const> = 300 -- at most; the table of seeds: sloop lua spec/planted/patterns_table.lua

describe("a bug planted into a pattern is found out:", function()
  after_each(helper.cleanup)

  for _, bug in ipairs(planted.bugs) do
    it(("%s: %s"):format(bug[2], bug[1]), function()
      local seed, said = planted.hunt(helper.release, bug, helper.folder(), SEEDS)
      assert.is_number(seed)
      assert.not_matches("does not start", said)
    end)
  end
end)
