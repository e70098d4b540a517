--- Binary star: for how long a pair's peer has been silent. A node that stands still hears nothing
-- either, and when it goes on, what its peer said meanwhile may not be read yet; so silence counts
-- only while the node's own timer keeps time. `self` is the pair: phase, highest, heard, beaten.
local bstar = require "binary_star/bstar"

local silence = {}

-- In intervals.
local LATE <const> = 1.02   -- between two runs of the timer: there may be something to read
local STALLED <const> = 1.8 -- the peer, which waits for 2, may be active by now
local GRACE <const> = 0.1   -- for what is to be read
local OVERDUE <const> = 1.2 -- without a state of the peer, or a run of the timer

local function since_beat(self) return (self:now() - self.beaten) / self.options.interval end

-- After how much silence the peer is dead, or is not there to go first.
local function patience(self)
  local waits = self.phase == "waiting" and not bstar.goes_first(self.options.role, self.highest)
  return waits and 4 or 2
end

-- Ms until the peer will have been silent for long enough; 0 or less when it has been.
local function left(self)
  local interval = self.options.interval
  local ms = self.heard + patience(self) * interval - self:now()
  return since_beat(self) > LATE and math.max(ms, GRACE * interval) or ms
end

--- Did this node stand still so long that its peer may be active? False again when its timer has
--- run.
function silence.is_stalled(self) return since_beat(self) > STALLED end

--- Is a stall over for so long that what this node hears was not said during it?
function silence.is_settled(self)
  return since_beat(self) <= OVERDUE and self:now() - self.stalled >= self.options.interval
end

--- Has the peer been silent so long that this node is to be active, if a client asks it?
function silence.is_over(self) return left(self) <= 0 end

-- How long a request may wait for what is about to be known: which one serves, as the pair starts,
-- or whether the peer, whose state is overdue, is dead.
local function is_known_in(self)
  local ms, interval = left(self), self.options.interval
  if self.phase == "waiting" then return math.min(ms, interval) end
  return self.phase == "passive" and ms < (2 - OVERDUE) * interval and ms or 0
end

--- Waits for that, for an interval at most, or until the peer is heard.
function silence.await(self)
  local deadline = self:now() + self.options.interval
  local ms = is_known_in(self)
  while ms > 0 and not self:wait("heard", ms) and self:now() < deadline do
    ms = is_known_in(self)
  end
end

--- The timer runs. After a stall the peer has all its time again; the next one soon after it may be
--- shorter.
function silence.beat(self)
  local now = self:now()
  local again = since_beat(self) > OVERDUE and self.beaten - self.stalled < self.options.interval
  if silence.is_stalled(self) or again then
    self.heard, self.stalled = now, now
  elseif since_beat(self) > LATE then
    self.heard = math.max(self.heard, now - (patience(self) - GRACE) * self.options.interval)
  end
  self.beaten = now
end

return silence
