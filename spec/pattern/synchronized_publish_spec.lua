--- Synchronized publishing in virtual time: exact counts, or an error in bounded time.
local helper = require "spec.helper"
local mutant = require "spec.mutant"

local EXACT <const> = "subscriber%.%d has %w+ of 10000 messages"

describe("synchronized publishing in virtual time", function()
  after_each(helper.cleanup)

  it("misses nothing, however slow or late anybody is", function()
    mutant.holds("patterns/synchronized_publish/topology.lua", 30)
  end)

  it("claims nothing that is not so, and ends, when nodes die and connections are lost", function()
    mutant.holds("patterns/synchronized_publish/lost_topology.lua", 40)
  end)

  local COUNT <const> =
    "return math.min(self.audience.named + self.audience.guests, self.audience.everything)"

  -- The Guide's way: sleep, and say that one is ready.
  local SLEEP <const> = [[function confirmation.await(self)
  self:sleep(100)
  self.id = ""
  ask(self)
  do return true end]]

  local function careless(publisher_counts)
    return mutant.copy("synchronized_publish", {
      { "confirmation.lua", "function confirmation.await(self)", SLEEP },
      { "audience.lua", COUNT, "return " .. publisher_counts },
      { "subscriber.lua", "self.total ~= self.count", "false" },
    })
  end

  it("a subscriber that sleeps instead of asking is found out", function()
    mutant.fails(careless "self.audience.guests", 30, EXACT)
  end)

  it("a publisher that takes a word for a subscription is found out", function()
    mutant.fails(mutant.copy("synchronized_publish", {
      { "confirmation.lua", "if self.connected then", "if true then" },
      { "audience.lua", "if not all.topics[id] then return sync.AGAIN end", "" },
      { "audience.lua", COUNT, "return self.audience.named" },
      { "subscriber.lua", "self.total ~= self.count", "false" },
    }), 30, EXACT)
  end)

  it("a publisher that drops what a slow one has no room for is found out", function()
    mutant.fails(mutant.copy("synchronized_publish", {
      { "publisher.lua", "xpub_nodrop = true, ", "" },
      { "subscriber.lua", "self.total ~= self.count", "false" },
    }), 30, EXACT)
  end)

  it("a subscriber that believes a lost connection harmless is found out", function()
    mutant.fails(mutant.copy("synchronized_publish", {
      { "subscriber.lua", "until self.ended or self.count > 0", "until self.ended" },
      { "confirmation.lua", "if word == sync.LATE then",
        "if word == sync.LATE then return true end if false then" },
      { "subscriber.lua", "self.total ~= self.count", "false" },
    }, "lost_topology.lua"), 60, "subscriber%.%d at %d+ ms ended with %d+ messages")
  end)

  it("a publisher that takes whoever is gone for done is found out", function()
    mutant.fails(mutant.copy("synchronized_publish", {
      { "audience.lua", "if all.closed then all.left = all.left + 1 end", "" },
    }, "lost_topology.lua"), 60, "publisher at %d+ ms believes that all have all")
  end)
end)
