--- Publish-subscribe in virtual time: much is lost, and all of that is seen.
local helper = require "spec.helper"
local mutant = require "spec.mutant"

describe("publish-subscribe in virtual time", function()
  after_each(helper.cleanup)

  it("sees every loss, of each publisher and each topic", function()
    mutant.holds("patterns/publish_subscribe/topology.lua", 20)
  end)

  it("hears every topic that it asked for, and no other", function()
    mutant.holds("patterns/publish_subscribe/envelope_topology.lua", 40)
  end)

  it("a subscriber that does not notice gaps is found out", function()
    mutant.fails(mutant.copy("publish_subscribe", {
      { "numbers.lua", 'return "gap", number - last - 1', 'return "next", 0' },
    }), 20, "subscriber%.%d at .* does not know what it lost")
  end)

  it("a subscriber that takes all publishers for one is found out", function()
    mutant.fails(mutant.copy("publish_subscribe", {
      { "numbers.lua", "local key = id .. topic", "local key = topic" },
    }), 20, "subscriber%.%d at .* it lost")
  end)

  it("a subscriber that takes the messages before its first for lost is found out", function()
    mutant.fails(mutant.copy("publish_subscribe", {
      { "numbers.lua", 'return "first", number - 1', 'return "gap", number - 1' },
    }), 20, "subscriber%.%d at .* says that it lost %d+ of .* not nil")
  end)

  it("a publisher that counts all topics as one is found out", function()
    mutant.fails(mutant.copy("publish_subscribe", {
      { "publisher.lua", "numbers.next(self.counts, self.id, zip)",
        'numbers.next(self.counts, self.id, "all")' },
    }), 20, "subscriber%.%d at")
  end)
end)
