--- Tap: prints what passes through a relay, a line each, on stdout. It listens to the relay's
-- capture socket; `sloop ctl NODE tap` attaches one to any relay that runs.
local show = require "espresso/show"

---@type sloop.Role
local tap = {
  options = {
    prefixes = { "" }, -- of first frames, and of what is subscribed to
    hex = false,       -- also what is text
    plain = false,     -- subscriptions are shown as any message
    quiet = false,     -- count only
    pull = false,      -- be connected to by a PUSH, and end when that is gone
    patience = 5000,   -- ms until it is there
  },
  state = { messages = 0, connected = false },
  sockets = function(options)
    local from_pub = {
      "sub", connect = "tcp://localhost:6002", subscribe = show.subscriptions(options.prefixes),
    }
    local source = options.pull and { "pull", bind = "tcp://*:6003" } or from_pub
    source.events = "connection"
    return { source = source }
  end,
  on = {},
}

function tap.on.source(self, ...)
  if not show.concerns(self.options.prefixes, self.options.plain, ...) then return end
  self.messages = self.messages + 1
  self:note("tapped", { text = ... })
  if self.options.quiet then return end
  print(show.message(self.options.hex, self.options.plain, ...))
end

function tap.on.connection(self, event)
  if event == "handshake_succeeded" then
    self.connected = true
    self:wake "connected"
  elseif event == "disconnected" and self.options.pull then
    self:stop(nil, "what it listened to is gone")
  end
end

function tap.init(self)
  if self.options.pull then self:spawn "await" end
end

function tap.await(self)
  if self.connected or self:wait("connected", self.options.patience) then return end
  self:stop(nil, ("no peer connected within %d ms"):format(self.options.patience))
end

function tap.stop(self) self:log("%d messages", self.messages) end

return tap
