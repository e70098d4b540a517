--- How late a subscriber is, from the stamps it gets and its own clock, which only goes forward.
-- Delay is the time from a stamp to its arrival, by two clocks that began at different times: so
-- only its growth means something. The least delay of late is the base; what is above it is
-- lateness. Messages that are missing count as the time they stand for: who lost them had fallen so
-- far behind that its queue was full.
local lateness = {
  WINDOW = 600000,  -- ms of which the least delay is taken: clocks drift apart
  FORGIVEN = 10000, -- ms without a gap after which a loss no longer counts
  STEP = 200,       -- ms below the base at which a date has stepped, and not only jittered
  MOST = 100,       -- publishers that are known
}

--- Nothing heard yet: plain data for a role's state.
function lateness.new() return { feeds = {}, count = 0, late = 0 } end

local function new_feed(stamp, now, delay)
  return {
    stamp = stamp,                        -- the last
    least = delay, before = math.huge,    -- delay in this window and in the one before
    since = now,                          -- ms, when this window began
    lost = 0, gap = 0,                    -- ms that missing messages stand for; when the last was
    late = 0,
  }
end

-- Another publisher's clock has nothing to do with the last one's.
local function feed_of(self, stamp, now, delay)
  local id = stamp.id or "date"
  if not self.feeds[id] then
    if self.count == lateness.MOST then self.feeds, self.count = {}, 0 end
    self.feeds[id], self.count = new_feed(stamp, now, delay), self.count + 1
  end
  return self.feeds[id]
end

local function count_gap(feed, now, stamp)
  local missing = stamp.number - feed.stamp.number - 1
  if missing > 0 then
    local each = (stamp.clock - feed.stamp.clock) / (missing + 1)
    feed.lost, feed.gap = feed.lost + each * missing, now
  elseif now - feed.gap > lateness.FORGIVEN then
    feed.lost = 0
  end
end

-- The Guide's publisher says only the date, which may step: back, when it falls; forward, when the
-- delay would be less than the least by far. Lateness goes on as it was.
local function count_step(feed, delay, stamp)
  local is_step = stamp.date < feed.stamp.date
    or delay < math.min(feed.least, feed.before) - lateness.STEP
  if is_step then feed.least, feed.before = delay - feed.late, math.huge end
end

local function base(feed, now, delay)
  if now - feed.since > lateness.WINDOW then
    feed.before, feed.least, feed.since = feed.least, delay, now
  end
  feed.least = math.min(feed.least, delay)
  return math.min(feed.least, feed.before)
end

--- How late we are with this stamp (stamp.lua), in ms, at `now` ms by our clock.
function lateness.measure(self, now, stamp)
  local delay = now - (stamp.clock or stamp.date)
  local feed = feed_of(self, stamp, now, delay)
  if stamp.id then count_gap(feed, now, stamp) else count_step(feed, delay, stamp) end
  feed.late, feed.stamp = delay - base(feed, now, delay) + feed.lost, stamp
  self.late = feed.late
  return feed.late
end

return lateness
