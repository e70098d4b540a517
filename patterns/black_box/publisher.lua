--- Publisher of a fast feed in shards: each message has a key, and a number within its shard.
-- It never waits for a reader: what a queue has no room for is lost, and shows as a gap in the
-- numbers. A heartbeat says how far each shard is, so that a loss at the end shows, too.
local feed = require "black_box/feed"

local MAX_AT_ONCE <const> = 20000 -- messages a tick, which is short of what the host warns of

---@type sloop.Role
local publisher = {
  options = {
    shards = 2,
    keys = 1000,    -- different ones, over all shards
    messages = 0,   -- then the feed ends; 0: never
    rate = 100000,  -- messages a second
    size = 100,     -- bytes of a message
    wait = true,    -- begin when each shard has a reader
  },
  limits = {
    shards = { min = 1 }, keys = { min = 1 }, messages = { min = 0 }, rate = { min = 1 },
    size = { min = 0 },
  },
  state = {
    subscribed = {}, -- shard -> true: it has a reader
    began = false,   -- when, in ms
    published = 0,
    numbers = {},    -- shard -> the last number
  },
  sockets = { readers = { "xpub", bind = "tcp://*:5556", sndhwm = 100000 } },
  timers = { tick = 10, beat = 500 },
  on = {},
}

function publisher.init(self)
  for shard = 1, self.options.shards do self.numbers[shard] = 0 end
end

local function publish(self, body)
  local key = self.published % self.options.keys
  local shard = key % self.options.shards + 1
  local number = self.numbers[shard] + 1
  self.readers:send(feed.message_to_readers(shard, key, number, body))
  self.numbers[shard], self.published = number, self.published + 1
end

local function ended(self)
  return self.options.messages > 0 and self.published >= self.options.messages
end

local function ready(self)
  if not self.options.wait then return true end
  for shard = 1, self.options.shards do
    if not self.subscribed[shard] then return false end
  end
  return true
end

function publisher.on.readers(self, subscription)
  for shard = 1, self.options.shards do
    if subscription == "\1" .. feed.prefix(shard) then self.subscribed[shard] = true end
  end
end

local function finish(self)
  self:log("%d messages in %d ms", self.published, self:now() - self.began)
  self:note("published", { messages = self.published })
  publisher.on.beat(self)
end

function publisher.on.tick(self)
  if ended(self) or not ready(self) then return end
  if not self.began then self.began = self:now() end
  local body = ("x"):rep(self.options.size)
  local due = (self:now() - self.began) * self.options.rate // 1000 - self.published
  for _ = 1, math.min(due, MAX_AT_ONCE) do
    publish(self, body)
    if ended(self) then return finish(self) end
  end
end

function publisher.on.beat(self)
  for shard, number in ipairs(self.numbers) do
    self.readers:send(feed.heartbeat_to_readers(shard, number, ended(self)))
  end
end

return publisher
