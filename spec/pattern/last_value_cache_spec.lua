--- The last value cache in virtual time: among faults, and with bugs planted.
local helper = require "spec.helper"
local mutant = require "spec.mutant"

describe("the last value cache in virtual time", function()
  after_each(helper.cleanup)

  it("says to each subscriber the last value of what it asked for", function()
    mutant.holds("patterns/last_value_cache/topology.lua", 30)
  end)

  it("keeps its values in a store", function()
    mutant.holds("patterns/last_value_cache/durable_topology.lua", 30)
  end)

  local function fails(changes, wanted, topology)
    mutant.fails(mutant.copy("last_value_cache", changes, topology), 30, wanted)
  end

  it("that passes on what is not on disk yet is found out", function()
    fails({ { "durable.lua", "local ok, reason = self.kept:sync()", "local ok, reason = true" } },
      "goes back to an older value of %d+", "durable_topology.lua")
  end)

  it("that forgets its store is found out", function()
    fails({ { "durable.lua", "table.sort(found", "found = {} table.sort(found" } },
      "subscriber%.%d has not the last value of %d+", "durable_topology.lua")
  end)

  it("that hears only the first subscription to a topic is found out", function()
    fails({ { "cache.lua", "xpub_verbose = true,", "" } },
      "subscriber%.%d has not the last value of %d+")
  end)

  it("that looks for whole topics only is found out", function()
    fails({ { "values.lua", "#topic >= length", "#topic == length" } },
      "subscriber%.%d has not the last value of %d+")
  end)

  it("that sends again to a wrong topic is found out", function()
    fails({ { "cache.lua", "self.downstream:send(topic, table.unpack(frames))",
      "self.downstream:send(topics[1], table.unpack(frames))" } }, "has '.*' for %d+")
  end)

  it("that pairs a value with the topic before it is found out", function()
    fails({
      { "cache.lua", "resent = 0,", 'resent = 0, previous = "000",' },
      { "cache.lua", "return values.put(",
        "self.previous, topic = topic, self.previous return values.put(" },
    }, "has '.*' for %d+")
  end)

  it("that keeps the first value instead of the last is found out", function()
    fails({ { "values.lua", "  remove(self, topic)\n  local bytes",
      "  if self.entries[topic] then return true end\n  local bytes" } },
      "goes back to an older value of %d+")
  end)
end)
