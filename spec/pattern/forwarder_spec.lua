--- The forwarder in virtual time: a chain of two among publishers and subscribers, all mortal.
local helper = require "spec.helper"
local mutant = require "spec.mutant"
local sloop = require "sloop"

-- Also forgets what was subscribed when a publisher is gone: its socket is another then.
local FORGETFUL <const> = [[
  on = {
    changed = function(self, event)
      if event == "disconnected" then self.upstream:reopen() end
    end,
  },
  relays]]

describe("the forwarder in virtual time", function()
  after_each(helper.cleanup)

  it("loses no more than what was under way, whoever dies", function()
    mutant.holds("patterns/forwarder/topology.lua", 20)
  end)

  it("that forgets subscriptions after a restart is found out", function()
    mutant.fails(mutant.copy("forwarder", {
      { "forwarder.lua", '"tcp://localhost:5556"', '"tcp://localhost:5556", events = "changed"' },
      { "forwarder.lua", "relays", FORGETFUL },
    }), 30, "subscriber%.%d did not hear publisher%.%d again when the faults were over")
  end)

  it("that ends the feed of all when one subscriber leaves is found out", function()
    mutant.fails(mutant.copy("forwarder", {
      { "forwarder.lua", 'bind = "tcp://*:8100" }',
        'bind = "tcp://*:8100", events = "left" }' },
      { "forwarder.lua", "relays", [[on = { left = function(self, event)
        if event == "disconnected" then self.downstream:close() end end }, relays]] },
    }), 30, "subscriber%.%d did not hear publisher%.%d again")
  end)

  -- Every message, in a run without faults.
  local function run(forwarder)
    local result = assert(sloop.sim({
      nodes = {
        publisher = { "publish_subscribe/publisher", zips = 3, rate = 50, feed = {
          bind = "tcp://*:5556" } },
        forwarder = { forwarder, upstream = { connect = "@publisher.feed" } },
        subscriber = {
          "publish_subscribe/subscriber", count = 2, updates = 20, zip = "10001",
          feed = { connect = "@forwarder.downstream" },
        },
      },
      duration = 5000, quiet = 1000, schedule = {},
    }, { seed = 1, messages = true }))
    assert.is_nil(result.failure)
    local to_forwarder, others = 0, 0
    for _, event in ipairs(result.history) do
      local text = event.kind == "delivered" and event.node == "forwarder" and event.frames[1] or ""
      if text:find "^10001 " then to_forwarder = to_forwarder + 1 end
      if text:find "^1000[02] " then others = others + 1 end
    end
    return to_forwarder, others
  end

  it("leaves the filtering to the publisher", function()
    local wanted, others = run "forwarder/forwarder"
    assert.is_true(wanted >= 20, wanted)
    assert.equal(0, others)
  end)

  it("that asks for everything is found out", function()
    local greedy = helper.write(helper.folder() .. "/greedy.lua", [[
      return {
        sockets = {
          upstream = { "sub", connect = "tcp://localhost:5556", subscribe = "" },
          downstream = { "pub", bind = "tcp://*:8100" },
        },
        on = { upstream = function(self, ...) self.downstream:send(...) end },
      }]])
    local _, others = run(greedy)
    assert.is_true(others > 0)
  end)
end)
