--- Clone server (CHP, RFC 12): one ordered map for many clients. Two of them are a binary star: the
-- passive one follows the active as a client does, and holds what clients set until the active has
-- published it, so that nothing is lost when it takes over.
-- A sequence number begins with the term, so those of a new active are above all of the old one's.
local chp = require "clone/chp"
local expiry = require "clone/expiry"
local kept = require "clone/kept"
local kvmsg = require "clone/kvmsg"
local pending = require "clone/pending"
local reject = require "sloop.reject_message"
local snapshots = require "clone/snapshots"
local subtrees = require "clone/subtrees"

---@type sloop.Role
local server = {
  options = {
    role = "primary",                 -- or "backup"
    primary = "tcp://localhost:5556", -- the first of the three ports of each
    backup = "tcp://localhost:5566",
    keep = false,        -- the map on disk, for a pair that loses both processes
    hold = 10000,        -- ms that what was set waits for the active to publish it,
    max_held = 100000,   -- and how many of these
    max_keys = 10000000,
    max_subtrees = 1000, -- whose updates are counted
    patience = 10000,    -- ms for a client that does not read its snapshot
  },
  limits = { role = { "primary", "backup" }, hold = { min = 0 }, max_subtrees = { min = 1 } },
  state = {
    map = {},      -- key -> { key, seq, uuid, body, ends = ms or nil }, while it is active
    keys = 0,      -- how many
    seq = 0,
    subtrees = subtrees.new(), -- those that are subscribed to
    snapshots = snapshots.new(),
    greeting = false,
    ends = expiry.new(),
    held = pending.new(),
    rejects = {},  -- reason -> times
  },
  stores = { kept = {} },
  sockets = function(options)
    local function at(offset)
      return (chp.endpoint(options[options.role], offset):gsub("^tcp://.*:", "tcp://*:"))
    end
    return {
      snapshot = { "router", bind = at(chp.SNAPSHOT), sndhwm = 20000, parallel = 50 },
      updates = { "xpub", bind = at(chp.UPDATES), sndhwm = 100000, xpub_verbose = true },
      setters = { "sub", bind = at(chp.SETTERS), rcvhwm = 100000, subscribe = "" },
    }
  end,
  parts = function(options)
    local function state_of(name, port) return (options[name]:gsub(":%d+$", ":" .. port)) end
    local other = options.role == "primary" and options.backup or options.primary
    return {
      pair = { "binary_star/pair", role = options.role, primary = state_of("primary", 5003),
               backup = state_of("backup", 5004) },
      replica = { "clone/replica", servers = { other }, follow = false },
    }
  end,
  timers = { hugz = 1000, expire = 1000, save = 1000 },
  on = {},
}

-- ---- the map ----

local function publish(self, kv)
  local was, is = self.map[kv.key], kv.body ~= "" and kv or nil
  self.keys = self.keys + (is and 1 or 0) - (was and 1 or 0)
  self.seq = self.seq + 1
  kv.seq, self.map[kv.key] = self.seq, is
  if kv.ends then expiry.add(self.ends, kv.key, kv.ends) end
  subtrees.count(self.subtrees, kv.key)
  self.updates:send(chp.pack(self, kv))
  kept.put(self, kv.key, kv)
end

local function accept(self, kv)
  local was = self.map[kv.key]
  if was and kvmsg.is_older(kv.uuid, was.uuid) then return end -- by a connection of before
  if self.keys >= self.options.max_keys and not was then return reject(self, "too many keys") end
  publish(self, kv)
end

function server.on.setters(self, ...)
  local kv, reason = kvmsg.parse_set(...)
  if not kv then return reject(self, reason) end
  if kv.ttl or kv.wall then
    chp.set_end(self, kv)
    self:note("arrived", { uuid = kv.uuid, left = kv.ends - self:now() })
  end
  if self.pair:holds() then return accept(self, kv) end
  pending.set(self.held, kv, self:now(), self.options.max_held)
end

function server.on.expire(self)
  local now = self:now()
  pending.drop(self.held, now - self.options.hold)
  if not self.pair:holds() then return end
  for _, key in ipairs(expiry.take(self.ends, now)) do
    local kv = self.map[key]
    if kv and kv.ends and kv.ends <= now then
      self:note("expired", { uuid = kv.uuid })
      publish(self, { key = key, uuid = kv.uuid, body = "" })
    elseif kv and kv.ends then
      expiry.add(self.ends, key, kv.ends)
    end
  end
end

server.on.save, server.init, server.stop = kept.save, kept.load, kept.save

-- ---- subscribers ----

local function count_from_now(self, prefix)
  local start = chp.number_of(self.seq)
  local counted = subtrees.add(self.subtrees, prefix, self.options.max_subtrees, start)
  if not counted then reject(self, "too many subtrees") end
end

function server.on.snapshot(self, client, word, subtree, ...)
  if word ~= "ICANHAZ?" or not subtree or ... or #subtree > kvmsg.MOST_KEY then
    return reject(self, "not ICANHAZ? and a subtree")
  end
  if not self.pair:vote() then return end
  count_from_now(self, subtree)
  local entries = snapshots.take(self.snapshots, self.map, self.seq, subtree)
  local updates = self.subtrees.counts[subtree]
  snapshots.deliver(self.snapshots, self, client, entries, {
    key = "KTHXBAI", seq = self.seq, uuid = "", body = subtree, updates = updates,
    subtree = updates and subtree,
  }, self.options.patience)
end

function server.on.hugz(self)
  snapshots.forget(self.snapshots)
  local kv = { key = "HUGZ", seq = self.seq, uuid = "", body = "" }
  if not self.pair:holds() then kv.seq, kv.state = 0, "passive" end
  self.updates:send(kvmsg.pack(kv))
  for prefix, updates in pairs(kv.state and {} or self.subtrees.counts) do
    kv.subtree, kv.updates = prefix, updates
    self.updates:send(kvmsg.pack(kv))
  end
end

-- A new subscriber gets HUGZ at once; several at once get one.
local function greet(self)
  self:sleep(10)
  self.greeting = false
  self.updates:send(kvmsg.pack {
    key = "HUGZ", seq = 0, uuid = "", body = "", state = not self.pair:holds() and "passive" or nil,
  })
end

function server.on.updates(self, subscription)
  local on, prefix = subscription:byte() == 1, subscription:sub(2)
  if on and prefix == "HUGZ" and not self.greeting then
    self.greeting = true
    self:spawn(greet)
  elseif on and prefix ~= "HUGZ" and #prefix <= kvmsg.MOST_KEY then
    count_from_now(self, prefix)
  elseif not on then -- the last one has gone
    subtrees.remove(self.subtrees, prefix)
  end
end

-- ---- the active server ----

function server.on.replica(self, event, key, _, kv)
  if event == "synced" then return pending.drop(self.held, self.replica.asked) end
  local set = kv and pending.published(self.held, key, kv.uuid, self:now(), self.options.max_held)
  if set and set.ends and kv.ends then kv.ends = math.min(kv.ends, set.ends) end
  kept.put(self, key, kv)
end

function server.on.pair(self, event, term)
  local replica = self.replica
  if event == "passive" then
    replica:resume(self.keys > 0 and self.map or replica.map, math.max(self.seq, replica.seq))
    self.map, self.keys = {}, 0
    return
  end
  replica:pause()
  self.map, self.keys, replica.map = replica.map, 0, {}
  self.seq = math.max(self.seq, replica.seq, chp.first_of(term))
  subtrees.restart(self.subtrees, chp.number_of(self.seq))
  expiry.clear(self.ends, self:now())
  for key, kv in pairs(self.map) do
    self.keys = self.keys + 1
    if kv.ends then expiry.add(self.ends, key, kv.ends) end
  end
  pending.drop(self.held, self:now() - self.options.hold)
  for _, kv in ipairs(pending.take(self.held)) do
    self:note("replayed", { uuid = kv.uuid })
    accept(self, kv)
  end
end

return server
