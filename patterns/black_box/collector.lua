--- Collector of a sharded feed's counts: says whether every message is accounted for.
-- When the feed has ended: published = in + missed, and in = out + dropped, or it fails.
local counts = require "black_box/counts"
local reject = require "sloop.reject_message"

local MAX_NODES <const> = 1000 -- readers and workers

---@type sloop.Role
local collector = {
  options = {
    readers = 2,      -- number of them; each tells that its shard has ended
    patience = 10000, -- ms without any change after which missing counts are taken for lost
  },
  limits = { readers = { min = 1 }, patience = { min = 1 } },
  state = {
    counts = {},  -- id -> the last counts of a reader or a worker
    known = 0,    -- of these
    rejects = {}, -- reason -> times
  },
  sockets = { reports = { "pull", bind = "tcp://*:5558" } },
  timers = { say = 1000 },
  on = {},
}

--- All counts, added up.
function collector.sum(self)
  local sum = {
    received = 0, missed = 0, dropped = 0, published = 0, ended = 0, done = 0, disorder = 0,
  }
  for _, values in pairs(self.counts) do
    for field, count in pairs(values) do sum[field] = sum[field] + count end
  end
  return sum
end

local function changed(before, values)
  for field, count in pairs(values) do
    if not before or before[field] ~= count then return true end
  end
  return false
end

local function from_node(self, id, values)
  if not id then return reject(self, values) end -- the reason
  local before = self.counts[id]
  if not before and self.known == MAX_NODES then return reject(self, "too many nodes") end
  if not before then self.known = self.known + 1 end
  self.counts[id] = values
  if changed(before, values) then self:wake("changed") end
end

function collector.on.reports(self, ...) from_node(self, counts.from_node(...)) end

function collector.on.say(self) -- the counts are not of one moment, so these do not add up yet
  local sum = self:sum()
  self:log("%d in, %d out; %d missed, %d dropped", sum.received, sum.done, sum.missed, sum.dropped)
end

local function adds_up(sum)
  return sum.published == sum.received + sum.missed and sum.received == sum.done + sum.dropped
end

-- Until the feed has ended and all adds up, or nothing changes any more: the sum.
local function wait_for_end(self)
  local sum = self:sum()
  while sum.ended < self.options.readers or not adds_up(sum) do
    local woken = self:wait("changed", self.options.patience)
    sum = self:sum()
    if not woken and sum.ended >= self.options.readers then break end
  end
  return sum
end

function collector.main(self)
  local sum = wait_for_end(self)
  self:log("%d published = %d in + %d missed; %d in = %d out + %d dropped", sum.published,
    sum.received, sum.missed, sum.received, sum.done, sum.dropped)
  self:note("counted", sum)
  if not adds_up(sum) then return nil, "it does not add up: messages were lost unseen" end
  if sum.disorder > 0 then return nil, ("%d messages out of order"):format(sum.disorder) end
end

return collector
