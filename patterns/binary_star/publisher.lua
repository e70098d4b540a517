--- Binary star publisher: one of two, of which the active one publishes what its owner gives it; by
-- itself it counts. Subscribing is how a subscriber votes: one that hears nothing asks the other
-- one. Each heartbeat tells the term, so that subscribers know when they may have missed something.
---@type sloop.Role
local publisher = {
  options = {
    role = "primary", -- or "backup"
    topic = "A",      -- it publishes under this by itself,
    every = 1000,     -- ms between two messages; 0: none, only what its owner gives it
  },
  limits = { role = { "primary", "backup" }, every = { min = 0 } },
  state = { sequence = 0 },
  sockets = function(options)
    local port = options.role == "backup" and 5002 or 5001
    return { feed = { "xpub", bind = "tcp://*:" .. port, xpub_verbose = true } }
  end,
  parts = function(options) return { pair = { "binary_star/pair", role = options.role } } end,
  timers = { beat = 1000 },
  on = {},
}

local function beat(self)
  if self.pair:holds() then self.feed:send("HUGZ", ("%d"):format(self.pair.term)) end
end

--- Publishes a message under this topic: true; or nil and "passive": the other one is to do that.
function publisher.publish(self, topic, ...)
  if topic == "HUGZ" then return nil, "a reserved topic" end
  if not self.pair:holds() then return nil, "passive" end
  self:note("published", { term = self.pair.term })
  return self.feed:send(topic, ...)
end

function publisher.on.feed(self, subscription)
  if subscription:byte() == 1 and self.pair:vote() then beat(self) end
end

function publisher.on.pair(self, event, term)
  beat(self)
  return self:emit(event, term)
end

publisher.on.beat = beat

function publisher.main(self)
  while self.options.every > 0 do
    self:sleep(self.options.every)
    local number = self.sequence + 1
    local body = ("%d %d"):format(self.pair.term, number)
    if self:publish(self.options.topic, body) then self.sequence = number end
  end
end

return publisher
