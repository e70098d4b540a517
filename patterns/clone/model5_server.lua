--- Clone, model 5: messages have properties, and a key may live for a while only, its `ttl`. When
-- that is over the server deletes the key, as a client would.
local kvmsg = require "clone/kvmsg"
local patient_send = require "sloop.patient_send"
local reject = require "sloop.reject_message"

local PATIENCE <const> = 10000 -- ms for a client that does not read

---@type sloop.Role
local server = {
  state = { seq = 0, map = {}, rejects = {} }, -- key -> { key, seq, uuid, body, ends = ms or nil }
  sockets = {
    snapshot = { "router", bind = "tcp://*:5556", parallel = 50 },
    updates = { "pub", bind = "tcp://*:5557" },
    setters = { "pull", bind = "tcp://*:5558" },
  },
  timers = { expire = 1000 },
  on = {},
}

-- As it is sent: its ttl is what is left of it.
local function said(self, kv)
  local ttl = kv.ends and math.max(1, kv.ends - self:now())
  return kvmsg.pack { key = kv.key, seq = kv.seq, uuid = kv.uuid, body = kv.body, ttl = ttl }
end

local function publish(self, kv)
  self.seq = self.seq + 1
  kv.seq = self.seq
  self.map[kv.key] = kv.body ~= "" and kv or nil
  self.updates:send(said(self, kv))
end

function server.on.setters(self, ...)
  local kv, reason = kvmsg.parse(...)
  if not kv then return reject(self, reason) end
  kv.ends = kv.ttl and self:now() + kv.ttl
  publish(self, kv)
end

function server.on.snapshot(self, client, word, subtree, ...)
  if word ~= "ICANHAZ?" or not subtree or ... or #subtree > kvmsg.MOST_KEY then
    return reject(self, "not ICANHAZ? and a subtree")
  end
  local list, last = {}, self.seq
  for key, kv in pairs(self.map) do
    if kvmsg.is_below(key, subtree) then table.insert(list, kv) end
  end
  table.insert(list, { key = "KTHXBAI", seq = last, uuid = "", body = subtree })
  for _, kv in ipairs(list) do
    local frames = { said(self, kv) }
    if not patient_send(self, self.snapshot, PATIENCE, client, table.unpack(frames)) then return end
  end
end

function server.on.expire(self)
  local over = {}
  for _, kv in pairs(self.map) do
    if kv.ends and kv.ends <= self:now() then table.insert(over, kv) end
  end
  for _, kv in ipairs(over) do publish(self, { key = kv.key, uuid = kv.uuid, body = "" }) end
end

return server
