--- Reader of one shard of a fast feed: takes each message off the feed, and hands it to a worker.
-- It does nothing else and waits for nobody, so that the feed's queue stays short. All messages of
-- a key go to one worker. A gap in the numbers was lost before it came here: missed. What a
-- worker's queue has no room for is dropped. Both are counted.
local feed = require "black_box/feed"
local tally = require "black_box/tally"

local reader = {
  options = {
    shard = 1,
    workers = { "tcp://localhost:5571" }, -- where they are
    queue = 10000,                        -- messages that may wait for one of them
  },
  state = {
    id = "", received = 0, missed = 0, dropped = 0, published = 0, ended = 0,
    last = 0,    -- the number that came last
    base = 0,    -- all that was published by the publishers before this one
    rejects = 0, -- messages that made no sense
  },
  sockets = function(options)
    local sockets = {
      feed = {
        "sub", connect = "tcp://localhost:5556", subscribe = feed.prefix(options.shard),
        rcvhwm = 100000,
      },
      collector = { "push", connect = "tcp://localhost:5558" },
    }
    for i, endpoint in ipairs(options.workers) do
      sockets["worker" .. i] = { "push", connect = endpoint, sndhwm = options.queue }
    end
    return sockets
  end,
  timers = { tell = 500 },
  on = {},
}

function reader.init(self) self.id = self:uuid() end

-- The same worker for the same key, in every reader.
local function worker_of(self, key)
  local sum = 0
  for i = 1, #key do sum = (sum * 31 + key:byte(i)) & 0xffffff end
  return self["worker" .. sum % #self.options.workers + 1]
end

-- All up to this number should have come by now. One that is smaller than the last is another
-- publisher's, which counts anew.
local function advance(self, number)
  if number < self.last then
    self:warn("the feed begins anew after %d", self.last)
    self.base, self.last = self.base + self.last, 0
  end
  self.missed, self.last = self.missed + number - self.last, number
end

local function tell(self) self.collector:try_send(tally.frames("READER", self.id, self)) end

local function beat(self, number, word)
  advance(self, number)
  self.published, self.ended = self.base + number, word == feed.END and 1 or 0
  if self.ended == 1 then tell(self) end
end

local function take(self, key, number, ...)
  advance(self, number - 1)
  self.last, self.received = number, self.received + 1
  local position = feed.number(self.base + number)
  if not worker_of(self, key):try_send(key, position, ...) then self.dropped = self.dropped + 1 end
end

function reader.on.feed(self, topic, frame, ...)
  local key, number = feed.parse(topic, frame)
  if not key then
    self.rejects = self.rejects + 1
  elseif key == "" then
    beat(self, number, ...)
  elseif number > 0 then
    take(self, key, number, ...)
  end
end

reader.on.tell = tell

function reader.stop(self)
  self:log("shard %d: %d in, %d missed, %d dropped, %d made no sense", self.options.shard,
    self.received, self.missed, self.dropped, self.rejects)
end

return reader
