--- Collector of a sharded feed's counts: says whether every message is accounted for.
-- When the feed has ended: published = in + missed, and in = out + dropped, or it fails.
local tally = require "black_box/tally"

local collector = {
  options = {
    readers = 2,      -- so many tell that their shard has ended
    patience = 10000, -- ms without any change after which what is missing is lost
  },
  state = {
    counts = {}, -- id -> the last counts of a reader or a worker
    known = 0,   -- of these
    rejects = 0, -- messages that made no sense
  },
  sockets = { reports = { "pull", bind = "tcp://*:5558" } },
  timers = { say = 1000 },
  on = {},
}

local MOST <const> = 1000 -- readers and workers

--- All counts, added up.
function collector.sum(self)
  local sum = {
    received = 0, missed = 0, dropped = 0, published = 0, ended = 0, done = 0, disorder = 0,
  }
  for _, counts in pairs(self.counts) do
    for field, count in pairs(counts) do sum[field] = sum[field] + count end
  end
  return sum
end

local function changed(before, counts)
  for field, count in pairs(counts) do
    if not before or before[field] ~= count then return true end
  end
  return false
end

local function take(self, word, id, counts)
  local before = word and self.counts[id]
  if not word or (not before and self.known == MOST) then
    self.rejects = self.rejects + 1
    return
  end
  if not before then self.known = self.known + 1 end
  self.counts[id] = counts
  if changed(before, counts) then self:wake("changed") end
end

function collector.on.reports(self, ...) take(self, tally.parse(...)) end

function collector.on.say(self) -- told at different times, so these do not add up yet
  local sum = self:sum()
  self:log("%d in, %d out; %d missed, %d dropped", sum.received, sum.done, sum.missed, sum.dropped)
end

local function adds_up(sum)
  return sum.published == sum.received + sum.missed and sum.received == sum.done + sum.dropped
end

function collector.main(self)
  local sum = self:sum()
  while sum.ended < self.options.readers or not adds_up(sum) do
    local woken = self:wait("changed", self.options.patience)
    sum = self:sum()
    if not woken and sum.ended >= self.options.readers then break end
  end
  self:log("%d published = %d in + %d missed; %d in = %d out + %d dropped", sum.published,
    sum.received, sum.missed, sum.received, sum.done, sum.dropped)
  self:note("counted", sum)
  if not adds_up(sum) then return nil, "it does not add up: messages were lost unseen" end
  if sum.disorder > 0 then return nil, ("%d messages out of order"):format(sum.disorder) end
end

return collector
