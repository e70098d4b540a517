--- Binary star, the part that decides which of two servers serves: ask `vote` for each request.
-- Each time a server becomes active is a term of its own: the primary's are odd, the backup's even,
-- always above all it heard of and on disk before use. So two never serve in one term, and of two
-- actives that of the lower term yields. It emits "active" or "passive", and the term.
local bstar = require "binary_star/bstar"
local reject = require "sloop.reject_message"
local silence = require "binary_star/silence"

---@type sloop.Role
local pair = {
  options = {
    role = "primary",                 -- or "backup"
    primary = "tcp://localhost:5003", -- where the primary tells its state,
    backup = "tcp://localhost:5004",  -- and where the backup does
    interval = 1000,                  -- ms between two states; twice this in silence is death
    compatible = false,               -- tell states as the Guide's programs do, without terms
  },
  limits = { role = { "primary", "backup" }, interval = { min = 10 } },
  state = {
    role = "",         -- as in the options
    phase = "waiting", -- "active", "passive"; "leaving" at the end
    term = 0,          -- in which it serves, or did last
    highest = 0,       -- term it knows of
    peer = "unheard",  -- the other's phase when it was last heard, or "silent"
    heard = 0,         -- ms: when that was,
    beaten = 0,        -- and when the timer of this node ran last
    stalled = 0,       -- ms: when it found that it had stood still
    activating = false,
    rejects = {},      -- reason -> times
  },
  stores = { terms = {} },
  sockets = function(options)
    local mine, peer = options.primary, options.backup
    if options.role == "backup" then mine, peer = peer, mine end
    -- A machine that died without a word, and is back, is heard again soon.
    local function quick(socket)
      local ms = options.interval
      socket.connect_timeout, socket.handshake_ivl, socket.heartbeat_ivl = ms, ms, ms
      socket.heartbeat_timeout = 2 * ms
      return socket
    end
    return {
      states = quick { "xpub", bind = (mine:gsub("^tcp://.*:", "tcp://*:")),
                       xpub_verbose = true },
      peers = quick { "sub", connect = peer, subscribe = "" },
    }
  end,
  timers = { beat = "interval" }, on = {},
}

local function is_primary(self) return self.options.role == "primary" end

local function tell(self)
  local term = not self.options.compatible and self.highest or nil
  self.states:send(bstar.state(self.options.role, self.phase, term))
end

local function enter(self, phase)
  local was = self.phase
  if phase == was then return end
  self.phase = phase
  tell(self)
  if phase == "waiting" and was ~= "active" then return end
  local event = phase == "active" and "active" or "passive"
  self:log("%s, term %d", phase, self.term)
  self:note(event, { term = self.term })
  if phase ~= "leaving" then self:emit(event, self.term) end
end

-- False after a stall, until the timer has run.
local function in_time(self)
  if not silence.is_stalled(self) then return true end
  if self.phase == "active" then
    self:warn("stood still for %d ms: stepping down", self:now() - self.beaten)
    enter(self, "waiting")
  end
  return false
end

local function keep_term(self)
  self.terms:put("highest", self.highest)
  local kept, reason = self.terms:sync()
  if not kept then self:stop(nil, "the term can't be stored: " .. reason) end
end

-- Active in the next term of this node, unless the peer was faster, or this node stood still: then
-- what led here may be old.
local function activate(self)
  if self.activating then return self:wait("decided") end
  local phase, stalled, term = self.phase, self.stalled, self.highest + 1
  if (term % 2 == 1) ~= is_primary(self) then term = term + 1 end
  self.activating, self.highest = true, term
  keep_term(self)
  self.activating = false
  local same = self.highest == term and self.phase == phase and self.stalled == stalled
  local yields = self.peer == "waiting" or self.peer == "passive"
  local may = same and silence.is_settled(self) and (yields or silence.is_over(self))
  if may and in_time(self) then
    self.term = term
    enter(self, "active")
  end
  self:wake("decided")
end

local function start_activating(self) self:spawn(activate) end

local function activate_first(self, term)
  if bstar.goes_first(self.options.role, term and self.highest or 0) then start_activating(self) end
end

-- Of two actives one yields: that of the lower term; the backup, to a peer that tells no terms.
local function yield_to(phase)
  return function(self, term)
    local yields = term and term > self.term
    if not term then yields = phase == "passive" and not is_primary(self) end
    if not yields then return end
    self:warn("the other one serves in term %s: stepping down", term or "unknown")
    enter(self, phase)
  end
end

-- My phase -> the peer's -> what follows. If both wait, or both are passive, neither serves.
local rules = {
  waiting = { waiting = activate_first, active = function(self) enter(self, "passive") end },
  passive = { waiting = start_activating, passive = activate_first }, -- "waiting" was active before
  active = {
    waiting = yield_to "waiting", passive = yield_to "waiting", active = yield_to "passive",
  },
  leaving = {},
}

--- A request has come: the term to serve it in; nil: not here, drop it. May wait for an interval.
function pair.vote(self)
  silence.await(self)
  if not in_time(self) or self.phase == "leaving" then return nil end
  if self.phase ~= "active" and (silence.is_over(self) or self.activating) then activate(self) end
  return self.phase == "active" and self.term or nil
end

--- May an answer that belongs to this term, or to any, still leave?
function pair.holds(self, term)
  return in_time(self) and self.phase == "active" and (term == nil or term == self.term)
end

function pair.init(self)
  self.role, self.highest = self.options.role, self.terms:get("highest") or 0
  self.beaten, self.heard = self:now(), self:now()
  self.stalled = self:now() - self.options.interval
end

function pair.on.peers(self, ...)
  local phase, term = bstar.parse(...)
  if not phase then return reject(self, term) end
  self.peer, self.heard = phase, self:now()
  if term and term > self.highest then
    self.highest = term
    self:spawn(keep_term) -- both may be started again: the next term is above this one, too
  end
  local rule = rules[self.phase][phase]
  if rule then rule(self, term) end
  self:wake("heard") -- behind what the rule spawned
end

-- A new subscriber is told at once.
function pair.on.states(self, subscription)
  if subscription:byte() == 1 then tell(self) end
end

function pair.on.beat(self)
  in_time(self)
  local is_silent = self:now() - self.heard >= 2 * self.options.interval
  if is_silent and self.peer ~= "unheard" then self.peer = "silent" end
  silence.beat(self)
  tell(self)
end

--- A server that stops in order says so, and the other one goes on at once.
function pair.stop(self) enter(self, "leaving") end

return pair
