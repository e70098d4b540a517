--- Subscriber that misses nothing: it says that it is ready when the publisher can see its
-- subscription (confirmation.lua), and ends with the exact count, or with an error.
local confirmation = require "synchronized_publish/confirmation"
local sync = require "synchronized_publish/sync"

---@type sloop.Role
local subscriber = {
  options = {
    patience = 30000, -- ms to find the publisher
    timeout = 2500,   -- ms for an answer of its
    settle = 0,       -- ms from the connection to the first question, for the Guide's publisher
  },
  state = {
    id = "",
    connected = false,
    confirmed = false,
    count = 0,
    ended = false, -- the last message is here
    total = -1,    -- messages there were, if it said so
  },
  sockets = {
    feed = { "sub", connect = "tcp://localhost:5561", subscribe = "", events = "connection" },
    ready = { "req", connect = "tcp://localhost:5562", linger = 0 },
  },
  on = { connection = confirmation.connection },
}

function subscriber.init(self)
  self.id = self:uuid()
  self.feed:subscribe(sync.topic(self.id))
end

function subscriber.on.feed(self, what, count)
  if what == sync.END then
    self.ended, self.total = true, sync.parse_count(count) or self.count
    self:wake("changed")
  elseif not self.ended then
    self.count = self.count + 1
  end
end

function subscriber.main(self)
  repeat -- until something has come of it
    local confirmed, reason = confirmation.await(self)
    if not confirmed then return nil, reason end
    while self.connected and not self.ended do self:wait("changed") end
  until self.ended or self.count > 0
  if not self.ended then
    return nil, ("the connection was lost after %d messages"):format(self.count)
  elseif self.total ~= self.count then
    return nil, ("%d messages of %d"):format(self.count, self.total)
  end
  self:log("%d messages", self.count)
  self:note("counted", { count = self.count })
  confirmation.done(self)
end

return subscriber
