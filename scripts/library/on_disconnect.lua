--- Looks at a role's peers soon after a connection was closed. ZeroMQ does not say whose it was, so
-- `check(self)` has to find out, by sending: "unreachable". It is called once for connections that
-- close at about the same time, and returns how many peers it looked at: the more they are, the
-- longer until it is called again, so that peers which come and go cost little.
--
--   sockets = { workers = { "router", bind = "tcp://*:5556", events = "monitor" } },
--   state = { closed = 0 }, -- connections closed, of which it is not yet known whose they were
--   ...
--   queue.on.monitor = on_disconnect(check)
local reply_later = require "sloop.reply_later"

local PAUSE <const> = 10     -- ms in which the socket learns of it, and the last messages are read
local PEERS_PER_MS <const> = 10

local function look(self, check)
  local _ <close> = reply_later(function() self.closed = 0 end)
  local pause, known = PAUSE, 0
  while known < self.closed do
    known = self.closed
    self:sleep(pause)
    pause = PAUSE + check(self) // PEERS_PER_MS
  end
end

--- A handler of connection events.
return function(check)
  return function(self, event)
    if event ~= "disconnected" then return end
    self.closed = self.closed + 1
    if self.closed == 1 then self:spawn(look, check) end
  end
end
