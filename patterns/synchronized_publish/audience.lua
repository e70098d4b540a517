--- The publisher's list of its subscribers: from the subscriptions that it sees come and go, and
-- from what subscribers say. The role has `audience = audience.new()` in its state.
local reject = require "sloop.reject_message"
local sync = require "synchronized_publish/sync"

local audience = { MOST = 10000 } -- subscribers with an id

function audience.new()
  return {
    everything = 0,         -- subscriptions to all there is, anybody's
    topics = {}, known = 0, -- ids whose own topic is subscribed to, and how many they are
    ready = {}, named = 0,  -- of these: those that have said READY
    guests = 0,             -- those without an id, as the Guide's programs
    closed = false,         -- no more are let in
    left = 0,               -- those ready then that left before DONE
  }
end

local function come(all, id)
  if all.topics[id] or all.known == audience.MOST then return end
  all.topics[id], all.known = true, all.known + 1
end

local function go(all, id)
  if all.topics[id] then all.topics[id], all.known = nil, all.known - 1 end
  if all.ready[id] then
    all.ready[id], all.named = nil, all.named - 1
    if all.closed then all.left = all.left + 1 end
  end
end

--- Handler of the feed's subscriptions.
function audience.subscribed(self, ...)
  local change, id = sync.parse_subscription(...)
  if not change then return reject(self, id) end
  local all = self.audience
  if not id then
    all.everything = all.everything + change
  elseif change > 0 then
    come(all, id)
  else
    go(all, id)
  end
  self:wake("audience")
end

local function finish(all, id)
  if all.ready[id] then all.ready[id], all.named = nil, all.named - 1 end
  return ""
end

local function admit(all, id)
  if id == "" then
    if not all.closed then all.guests = all.guests + 1 end
    return ""
  end
  if all.ready[id] then return sync.CONFIRMED end -- it did not hear that in time
  if all.closed then return sync.LATE end
  if not all.topics[id] then return sync.AGAIN end
  all.ready[id], all.named = true, all.named + 1
  return sync.CONFIRMED
end

--- Handler of a subscriber that says it is ready, or done: the answer.
function audience.ready(self, ...)
  local id, done = sync.parse_ready(...)
  if not id then
    reject(self, done)
    return sync.INVALID
  end
  local word = (done and finish or admit)(self.audience, id)
  self:wake("audience")
  return word
end

--- How many are ready, and have subscribed.
function audience.count(self)
  return math.min(self.audience.named + self.audience.guests, self.audience.everything)
end

--- Let no more in.
function audience.close(self) self.audience.closed = true end

--- The last message is about to be sent: a guest that is gone by now has left too early.
function audience.count_guests(self)
  local all = self.audience
  local missing = all.named + all.guests - all.everything
  if all.guests > 0 and missing > 0 then all.left = all.left + missing end
end

--- Are all that were ready done, or gone?
function audience.is_gone(self)
  local all = self.audience
  return all.named == 0 and (all.guests == 0 or all.everything == 0)
end

--- Wait until `holds(self)`, `ms` at most: whether it does.
function audience.await(self, ms, holds)
  local deadline = self:now() + ms
  while not holds(self) and self:now() < deadline do
    self:wait("audience", deadline - self:now())
  end
  return holds(self)
end

return audience
