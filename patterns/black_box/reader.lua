--- Reader of one shard of a fast feed: takes each message off the feed and hands it to a worker.
-- It does nothing else and never waits, so that the feed's queue stays short. All messages of a key
-- go to one worker. What was lost before it came here is a gap in the numbers: missed. What a
-- worker's queue has no room for is dropped. Both are counted.
local counts = require "black_box/counts"
local feed = require "black_box/feed"
local reject = require "sloop.reject_message"

---@type sloop.Role
local reader = {
  options = {
    shard = 1,
    workers = { "tcp://localhost:5571" }, -- endpoints, in the same order for each reader
    queue = 10000,                        -- messages that may wait for one of them
  },
  limits = { shard = { min = 1 }, queue = { min = 1 } },
  state = {
    id = "",
    counts = counts.new "READER",
    last = 0,     -- number of the last message
    base = 0,     -- messages of earlier publishers: a new one numbers from 1
    rejects = {}, -- reason -> times
  },
  sockets = function(options)
    local sockets = {
      feed = {
        "sub", connect = "tcp://localhost:5556", subscribe = feed.prefix(options.shard),
        rcvhwm = 100000, linger = 0,
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

function reader.on.tell(self)
  self.collector:try_send(counts.to_collector("READER", self.id, self.counts))
end

-- The same worker for the same key, in every reader.
local function worker_of(self, key)
  local hash = 0
  for i = 1, #key do hash = (hash * 31 + key:byte(i)) & 0xffffff end
  return self["worker" .. hash % #self.options.workers + 1]
end

-- Counts as missed what is between the last message and this number. A number below the last is of
-- another publisher, which counts from 1.
local function skip_to(self, number)
  if number < self.last then
    self:warn("the feed begins again after number %d", self.last)
    self.base, self.last = self.base + self.last, 0
  end
  self.counts.missed = self.counts.missed + number - self.last
  self.last = number
end

local commands = {} -- by what the publisher says

function commands.message(self, number, key, ...)
  skip_to(self, number - 1)
  self.last, self.counts.received = number, self.counts.received + 1
  local sent = worker_of(self, key):try_send(feed.to_worker(key, self.base + number, ...))
  if not sent then self.counts.dropped = self.counts.dropped + 1 end
end

function commands.heartbeat(self, number, has_ended)
  skip_to(self, number)
  self.counts.published, self.counts.ended = self.base + number, has_ended and 1 or 0
  if has_ended then reader.on.tell(self) end
end

local function from_publisher(self, command, ...)
  if not command then return reject(self, (...)) end
  commands[command](self, ...)
end

function reader.on.feed(self, ...) from_publisher(self, feed.from_publisher(...)) end

function reader.stop(self)
  self:log("shard %d: %d in, %d missed, %d dropped", self.options.shard, self.counts.received,
    self.counts.missed, self.counts.dropped)
end

return reader
