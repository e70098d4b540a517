--- Espresso: a relay of publishers and subscribers that any number of taps may listen to.
-- Copying is done in C; a tap that is slow or stopped delays nothing: what it misses is counted.
---@type sloop.Role
local relay = {
  state = { told = 0 }, -- copies that found no room, as last said
  sockets = {
    upstream = { "xsub", connect = "tcp://localhost:6000" },
    downstream = { "xpub", bind = "tcp://*:6001" },
    taps = { "pub", bind = "tcp://*:6002", xpub_nodrop = true }, -- so it says that it is full
  },
  relays = { feed = { "upstream", "downstream", capture = "taps" } },
  timers = { tell = 1000 },
  on = {},
}

function relay.on.tell(self)
  local counts = self.feed:counts()
  self:note("counts", counts)
  if counts.uncaptured > self.told then
    self:warn("%d messages not captured: a tap does not keep up", counts.uncaptured - self.told)
    self.told = counts.uncaptured
  end
end

function relay.stop(self)
  local counts = self.feed:counts()
  self:log("%d messages down, %d subscriptions up, %d not captured", counts.forward,
    counts.backward, counts.uncaptured)
end

return relay
