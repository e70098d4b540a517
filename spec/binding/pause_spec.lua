--- A simulated node that stands still while its connections are being made.
local helper = require "spec.helper"
local sloop = require "sloop"

describe("a simulated pause", function()
  after_each(helper.cleanup)

  it("does not stop the clock for an attempt to connect", function()
    local folder = helper.folder()
    local result = assert(sloop.sim({
      nodes = {
        talker = { helper.write(folder .. "/talker.lua", [[
          return { sockets = { out = { "pub", bind = "tcp://*:5555" } }, timers = { beat = 100 },
            on = { beat = function(self) self.out:send("beat") end } }]]) },
        listener = { helper.write(folder .. "/listener.lua", [[
          return {
            sockets = { feed = { "sub", connect = "tcp://localhost:5555", subscribe = "",
                                 connect_timeout = 1000 } },
            on = { feed = function(self) self:note("heard") end },
          }]]) },
      },
      duration = 20000, quiet = 1000,
      schedule = {
        { kind = "partition", time = 0, duration = 12000, node = 1, peer = 2 },
        { kind = "pause", time = 500, duration = 1500, node = 1 },
      },
    }, { seed = 1 }))
    assert.is_nil(result.failure)
    local first
    for _, event in ipairs(result.history) do
      if event.kind == "heard" then first = first or event.time end
    end
    assert.is_true(first ~= nil and first < 14000, ("heard first at %s"):format(first))
  end)
end)
