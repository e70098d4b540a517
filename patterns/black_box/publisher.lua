--- Publisher of a fast feed in shards: each message has a key, and a number within its shard.
-- It never waits for a reader: what a queue has no room for is lost, and the number tells. A beat
-- says how far each shard is, so that a loss at the end shows, too.
local feed = require "black_box/feed"

local publisher = {
  options = {
    shards = 2,
    keys = 1000,    -- different ones, over all shards
    messages = 0,   -- then the feed ends; 0: never
    rate = 100000,  -- messages a second
    size = 100,     -- bytes of a message
    wait = true,    -- begin when each shard has a reader
  },
  state = {
    heard = {},     -- shard -> true: somebody reads it
    began = false,  -- when, in ms
    published = 0,
    numbers = {},   -- shard -> the last number
  },
  sockets = { readers = { "xpub", bind = "tcp://*:5556", sndhwm = 100000 } },
  timers = { tick = 10, beat = 500 },
  on = {},
}

local MOST <const> = 20000 -- messages in one go: beyond that the host would think the node stuck

function publisher.init(self)
  for shard = 1, self.options.shards do self.numbers[shard] = 0 end
end

local function publish(self, body)
  local index = self.published % self.options.keys
  local shard = index % self.options.shards + 1
  local number = self.numbers[shard] + 1
  self.readers:send(feed.topic(shard, index), feed.number(number), body)
  self.numbers[shard], self.published = number, self.published + 1
end

local function ended(self)
  return self.options.messages > 0 and self.published >= self.options.messages
end

local function ready(self)
  if not self.options.wait then return true end
  for shard = 1, self.options.shards do
    if not self.heard[shard] then return false end
  end
  return true
end

function publisher.on.readers(self, subscription)
  for shard = 1, self.options.shards do
    if subscription == "\1" .. feed.prefix(shard) then self.heard[shard] = true end
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
  for _ = 1, math.min(due, MOST) do
    publish(self, body)
    if ended(self) then return finish(self) end
  end
end

function publisher.on.beat(self)
  for shard, number in ipairs(self.numbers) do
    if ended(self) then
      self.readers:send(feed.prefix(shard), feed.number(number), feed.END)
    else
      self.readers:send(feed.prefix(shard), feed.number(number))
    end
  end
end

return publisher
