--- The suicidal snail in virtual time: slow ones end, quick ones do not, whatever clocks do.
local helper = require "spec.helper"
local mutant = require "spec.mutant"

describe("the suicidal snail in virtual time", function()
  after_each(helper.cleanup)

  it("ends when it is slow, and only then", function()
    mutant.holds("patterns/suicidal_snail/topology.lua", 15)
  end)

  it("that goes by the wall clock is found out", function()
    mutant.fails(mutant.copy("suicidal_snail", {
      { "subscriber.lua", "lateness.measure(self.lateness, self:now(), got)",
        "math.max(self:wall() - got.date, lateness.measure(self.lateness, self:now(), got))" },
    }), 30, "ended.* %d%d%d%d%d+ ms late")
  end)

  it("that takes a date for a clock is found out", function()
    mutant.fails(mutant.copy("suicidal_snail", {
      { "lateness.lua", "else count_step(feed, delay, stamp) end", "end" },
    }), 40, "quick_by_date ended, %d+ ms late")
  end)

  it("that does not notice what is missing is found out", function()
    mutant.fails(mutant.copy("suicidal_snail", {
      { "lateness.lua", "if missing > 0 then", "if false then" },
    }), 20, "slow_short did not end")
  end)

  it("that ends as if it had failed in another way is found out", function()
    mutant.fails(mutant.copy("suicidal_snail", {
      { "subscriber.lua", "self.options.limit), TOO_LATE)", "self.options.limit))" },
    }), 5, "ended with status 1")
  end)
end)
