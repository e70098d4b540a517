--- Espresso in virtual time: taps are stopped, slow, killed and cut off, and no subscriber notices.
local helper = require "spec.helper"
local mutant = require "spec.mutant"

describe("espresso in virtual time", function()
  after_each(helper.cleanup)

  it("keeps its stream as it is, whatever happens to taps", function()
    mutant.holds("patterns/espresso/topology.lua", 20)
  end)

  local RELAYS <const> =
    '  relays = { feed = { "upstream", "downstream", capture = "taps" } },\n'

  -- The relay in Lua, with a tap that is waited for.
  local IN_LUA <const> = [[
  on = {
    upstream = function(self, ...)
      self.downstream:send(...)
      self.taps:send(...)
    end,
    downstream = function(self, ...) self.upstream:send(...) end,
  },
  state = { told = 0 }]]

  it("a tap that blocks is found out", function()
    mutant.fails(mutant.copy("espresso", {
      { "relay.lua", "  state = { told = 0 }", IN_LUA },
      { "relay.lua", RELAYS, "" },
      { "relay.lua", "  on = {},\n}", "}" },
      { "relay.lua", "timers = { tell = 1000 },", "timers = {}," },
      { "relay.lua", "function relay.on.tell(self)", "function relay.tell(self)" },
      { "relay.lua", "function relay.stop(self)", "function relay.say(self)" },
    }), 30, "subscriber%.%d at .* heard a message %d+ ms late")
  end)

  it("a relay that alters what it relays is found out", function()
    mutant.fails(mutant.copy("espresso", {
      { "relay.lua", "  state = { told = 0 }", (IN_LUA:gsub("self.downstream:send%(%.%.%.%)",
        'self.downstream:send((...) .. " ")')) },
      { "relay.lua", RELAYS, "" },
      { "relay.lua", "  on = {},\n}", "}" },
      { "relay.lua", "timers = { tell = 1000 },", "timers = {}," },
      { "relay.lua", "function relay.on.tell(self)", "function relay.tell(self)" },
      { "relay.lua", "function relay.stop(self)", "function relay.say(self)" },
    }), 5, "subscriber%.%d at .* heard what was not published")
  end)
end)
