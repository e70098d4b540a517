--- Clone, model 5: sets a key each second, for a while; that it is over is said by the server.
local kvmsg = require "clone/kvmsg"
local reject = require "sloop.reject_message"

local SUBTREE <const> = "/client/"
local MOST_EARLY <const> = 100000

---@type sloop.Role
local client = {
  options = {
    every = 1000,    -- ms between two keys
    longest = 30000, -- ms that a key lives, at most
    patience = 5000, -- ms for the next message of a snapshot
  },
  state = { map = {}, seq = 0, early = {}, synced = false, rejects = {} }, -- map: key -> body
  sockets = {
    snapshot = { "dealer", connect = "tcp://localhost:5556" },
    updates = { "sub", connect = "tcp://localhost:5557", subscribe = SUBTREE },
    setter = { "push", connect = "tcp://localhost:5558" },
  },
  timers = { set = "every" },
  on = {},
}

local function apply(self, kv)
  if kv.seq <= self.seq then return end
  self.seq, self.map[kv.key] = kv.seq, kv.body ~= "" and kv.body or nil
end

function client.on.updates(self, ...)
  local kv, reason = kvmsg.parse(...)
  if not kv then return reject(self, reason) end
  if self.synced then return apply(self, kv) end
  if #self.early < MOST_EARLY then table.insert(self.early, kv) end
end

function client.on.set(self)
  self.setter:send(kvmsg.pack {
    key = SUBTREE .. ("%d"):format(self:random(0, 9999)), seq = 0, uuid = "",
    body = ("%d"):format(self:random(0, 999999)), ttl = self:random(1000, self.options.longest),
  })
end

local function fetch(self)
  local map = {}
  self.snapshot:send("ICANHAZ?", SUBTREE)
  while true do
    local kv = kvmsg.parse(self.snapshot:recv(self.options.patience))
    if not kv then return nil end
    if kv.key == "KTHXBAI" then return map, kv.seq end
    map[kv.key] = kv.body
  end
end

function client.init(self)
  self:spawn(function()
    local map, seq = fetch(self)
    while not map do
      self.snapshot:reopen()
      map, seq = fetch(self)
    end
    self.map, self.seq, self.synced = map, seq, true
    for _, kv in ipairs(self.early) do apply(self, kv) end
    self.early = {}
    self:log("synced at %d", seq)
  end)
end

return client
