--- Publisher that begins when `subscribers` are there, and loses nothing for any of them.
-- It sees each subscription come and go (audience.lua), and waits for slow ones.
local audience = require "synchronized_publish/audience"
local patient_send = require "sloop.patient_send"
local sync = require "synchronized_publish/sync"

local BURST <const> = 1000 -- messages, before others have their turn

---@type sloop.Role
local publisher = {
  options = {
    subscribers = 10,
    messages = 1000000,
    patience = 30000, -- ms it waits for all to come, for one that is slow, and for all to end
  },
  state = { audience = audience.new(), rejects = {} },
  sockets = {
    feed = {
      "xpub", bind = "tcp://*:5561", sndhwm = 10000, xpub_nodrop = true, xpub_verboser = true,
    },
    ready = { "rep", bind = "tcp://*:5562" },
  },
  on = { feed = audience.subscribed, ready = audience.ready },
}

local function send(self, ...)
  if patient_send(self, self.feed, self.options.patience, ...) then return end
  self:stop(nil, ("a subscriber has not read for %d ms"):format(self.options.patience))
end

local function publish(self)
  for number = 1, self.options.messages do
    send(self, "Rhubarb")
    if number % BURST == 0 then self:sleep(0) end
  end
  audience.count_guests(self)
  send(self, sync.END, tostring(self.options.messages))
end

function publisher.main(self)
  local wanted, patience = self.options.subscribers, self.options.patience
  local function all_here() return audience.count(self) >= wanted end
  if not audience.await(self, patience, all_here) then
    return nil, ("only %d of %d subscribers came within %d ms"):format(audience.count(self), wanted,
      patience)
  end
  audience.close(self)
  publish(self)
  if not audience.await(self, patience, audience.is_gone) then
    return nil, ("not all subscribers have read to the end within %d ms"):format(patience)
  end
  local left = self.audience.left
  if left > 0 then return nil, ("%d subscribers left before the end"):format(left) end
  self:log("%d messages to %d subscribers", self.options.messages, wanted)
end

return publisher
