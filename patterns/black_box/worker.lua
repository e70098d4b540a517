--- Worker behind the readers of a fast feed: works on the messages of its keys, in their order.
-- As a part it hands each to its owner; by itself it works for as many ms as it is told.
local feed = require "black_box/feed"
local tally = require "black_box/tally"

local worker = {
  options = {
    work = 0,      -- ms for a message
    keys = 100000, -- so many keys are watched for their order
  },
  state = {
    id = "", done = 0,
    last = {},     -- key -> number of its last message
    known = 0,     -- keys in it
    disorder = 0,  -- messages that were overtaken by a later one of their key
    rejects = 0,   -- messages that made no sense
  },
  sockets = {
    messages = { "pull", bind = "tcp://*:5571" },
    collector = { "push", connect = "tcp://localhost:5558" },
  },
  timers = { tell = 500 },
  on = {},
}

function worker.init(self) self.id = self:uuid() end

local function watch_order(self, key, number)
  local last = self.last[key]
  if not last then
    if self.known == self.options.keys then return end
    self.known, last = self.known + 1, 0
  end
  if number <= last then
    self.disorder = self.disorder + 1
  else
    self.last[key] = number
  end
end

function worker.on.messages(self, key, frame, ...)
  local number = feed.parse_number(frame)
  if not number then
    self.rejects = self.rejects + 1
    return
  end
  watch_order(self, key, number)
  if self.options.work > 0 then self:sleep(self.options.work) end
  self:emit(key, ...)
  self.done = self.done + 1
end

function worker.on.tell(self)
  self.collector:try_send(tally.frames("WORKER", self.id, self))
end

function worker.stop(self)
  self:log("%d done of %d keys, %d out of order", self.done, self.known, self.disorder)
end

return worker
