--- Worker behind the readers of a fast feed: works on the messages of its keys, in their order.
-- As a part it hands each to its owner; run alone it works for `work` ms.
local counts = require "black_box/counts"
local feed = require "black_box/feed"
local reject = require "sloop.reject_message"

---@type sloop.Role
local worker = {
  options = {
    work = 0,          -- ms for a message
    max_keys = 100000, -- whose order is checked
  },
  limits = { work = { min = 0 }, max_keys = { min = 0 } },
  state = {
    id = "",
    counts = counts.new "WORKER",
    last = {},    -- key -> number of its last message
    known = 0,    -- keys in it
    rejects = {}, -- reason -> times
  },
  sockets = {
    messages = { "pull", bind = "tcp://*:5571" },
    collector = { "push", connect = "tcp://localhost:5558" },
  },
  timers = { tell = 500 },
  on = {},
}

function worker.init(self) self.id = self:uuid() end

local function check_order(self, key, number)
  local last = self.last[key]
  if not last then
    if self.known == self.options.max_keys then return end
    self.known, last = self.known + 1, 0
  end
  if number <= last then
    self.counts.disorder = self.counts.disorder + 1
  else
    self.last[key] = number
  end
end

local function from_reader(self, key, number, ...)
  if not key then return reject(self, number) end -- the reason
  check_order(self, key, number)
  if self.options.work > 0 then self:sleep(self.options.work) end
  self:emit(key, ...)
  self.counts.done = self.counts.done + 1
end

function worker.on.messages(self, ...) from_reader(self, feed.from_reader(...)) end

function worker.on.tell(self)
  self:note("keys", { known = self.known })
  self.collector:try_send(counts.to_collector("WORKER", self.id, self.counts))
end

function worker.stop(self)
  self:log("%d done of %d keys, %d out of order", self.counts.done, self.known,
    self.counts.disorder)
end

return worker
