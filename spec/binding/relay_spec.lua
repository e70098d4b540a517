--- What a script sees of its relays and of the sockets that are part of one.
local helper = require "spec.helper"
local role = require "spec.role"

describe("a relay", function()
  after_each(helper.cleanup)

  it("leaves the connection events of its sockets to the script", function()
    role.run [[
      return {
        sockets = {
          front = { "xsub", bind = "tcp://127.0.0.1:*", events = "front_event" },
          back = { "xpub", bind = "tcp://127.0.0.1:*", events = "back_event" },
        },
        relays = { feed = { "front", "back" } },
        on = {
          front_event = function(self, event) self:wake("front " .. event) end,
          back_event = function(self, event) self:wake("back " .. event) end,
        },
        main = function(self)
          local publisher = self:open { "pub", connect = self.front.endpoint }
          same(true, (ask(self, "front handshake_succeeded")))
          local subscriber = self:open { "sub", connect = self.back.endpoint, subscribe = "" }
          same(true, (ask(self, "back handshake_succeeded")))
          publisher:close()
          same(true, (ask(self, "front disconnected")))
          subscriber:close()
          same(true, (ask(self, "back disconnected")))
        end,
      }]]
  end)
end)
