--- Clone, the part that follows servers: a map that is equal to one's subtree, or about to be.
-- It hears a server's updates first, then asks for a snapshot, so nothing falls between; a snapshot
-- replaces the map. What is lost shows in the counts that the server tells, and a new term in the
-- sequence numbers: either way it asks again. A server that is silent is left for the next one.
-- The owner hears on.<part>(self, "change", key, value or nil, message) and "synced".
local chp = require "clone/chp"
local kvmsg = require "clone/kvmsg"
local replica_map = require "clone/replica_map"
local session = require "clone/session"
local reject = require "sloop.reject_message"

---@type sloop.Role
local replica = {
  options = {
    servers = { "tcp://localhost:5556", "tcp://localhost:5566" }, -- the first of three ports
    subtree = "",      -- keys that begin so
    silence = 3000,    -- ms until a server is left,
    patience = 1500,   -- and one that has not said anything yet
    max_early = 100000, -- updates that may wait for the snapshot
    follow = true,     -- from the start; else when `resume` is called
  },
  state = {
    map = {},    -- key -> { key, seq, uuid, body, ends = ms or nil }
    seq = 0,     -- of the last update
    updates = 0, -- of the subtree, as the server counts them
    phase = "idle", -- "listening", "asking", "synced"
    early = {},  -- updates that came while asking
    trouble = "", -- why it can't go on as it is
    following = false,
    asked = 0,   -- ms: when the last snapshot was asked for
    rejects = {},
  },
  sockets = { feed = { "sub", rcvhwm = 100000 } },
  on = {},
}

local function is_in_trouble(self, what)
  if self.trouble == "" then self.trouble = what end
  self:wake("heard")
end

-- A passive server is asked all the same, which is the vote for it, but not followed.
local function on_beat(self, kv)
  if self.phase ~= "synced" then return end
  if kv.state == "passive" then return is_in_trouble(self, "passive") end
  if kv.seq > 0 and chp.term_of(kv.seq) ~= chp.term_of(self.seq) then
    return is_in_trouble(self, "another term")
  end
  if kv.updates and kv.subtree == self.options.subtree and kv.updates ~= self.updates then
    is_in_trouble(self, "gap")
  end
end

function replica.on.feed(self, ...)
  local kv, reason = kvmsg.parse(...)
  if not kv then return reject(self, reason) end
  if kv.key == "HUGZ" then
    on_beat(self, kv)
    self:wake("heard")
  elseif kvmsg.is_below(kv.key, self.options.subtree) then
    if kv.ttl or kv.wall then chp.set_end(self, kv) end
    if self.phase == "synced" then
      if not replica_map.apply(self, kv) then is_in_trouble(self, "another term") end
    elseif self.phase == "asking" then
      table.insert(self.early, kv)
      if #self.early > self.options.max_early then is_in_trouble(self, "too many updates") end
    end
  end
end

function replica.main(self)
  local number = 1
  while true do
    if not self.following then
      self.phase = "idle"
      self.feed:close()
      self:wait("resumed")
    end
    session.follow(self, self.options.servers[number] or self.options.servers[1])
    number = number < #self.options.servers and number + 1 or 1
    self:sleep(10)
  end
end

function replica.init(self) self.following = self.options.follow end

--- Follows no server until `resume`. The map stays.
function replica.pause(self)
  self.following, self.phase = false, "idle"
  is_in_trouble(self, "paused")
end

--- Follows again; until there is a snapshot the map is this one.
function replica.resume(self, map, seq)
  self.map, self.seq, self.following = map, seq, true
  self:wake("resumed")
end

return replica
