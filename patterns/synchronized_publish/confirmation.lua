--- How a subscriber makes sure that the publisher has its subscription. The role has `id`,
-- `connected` and `confirmed` in its state, the sockets `feed` and `ready`, and options
-- `patience`, `timeout` and `settle`.
local sync = require "synchronized_publish/sync"

local AGAIN <const> = 50 -- ms until it asks again

local confirmation = {}

--- Handler of the feed's connection events.
function confirmation.connection(self, event)
  if event ~= "handshake_succeeded" and event ~= "disconnected" then return end
  self.connected = event == "handshake_succeeded"
  self:wake("changed")
end

local function ask(self, ...)
  self.ready:send(self.id, ...)
  local word = self.ready:recv(self.options.timeout)
  if not word then self.ready:reopen() end
  return word
end

--- True when the subscription is confirmed; nil and the reason when it is too late, or not within
-- patience. It asks when the feed is connected, since the Guide's publisher, which answers "",
-- knows nothing of our subscription.
function confirmation.await(self)
  local deadline = self:now() + self.options.patience
  while self:now() < deadline do
    if self.connected then
      if self.options.settle > 0 then self:sleep(self.options.settle) end
      local word = ask(self)
      self.confirmed = word == sync.CONFIRMED
      if self.confirmed or word == "" then return true end
      if word == sync.LATE then return nil, "too late: publishing has begun without us" end
      self:sleep(AGAIN)
    else
      self:wait("changed", deadline - self:now())
    end
  end
  return nil, ("no publisher has confirmed our subscription within %d ms"):format(
    self.options.patience)
end

--- Tell the publisher that all is here, if it is one that wants to know.
function confirmation.done(self)
  if self.confirmed then ask(self, sync.DONE) end
end

return confirmation
