--- Clone, model 2: a snapshot first, then the updates. It hears the updates before it asks, and
-- keeps those that come meanwhile, so nothing falls between the two.
local kvmsg = require "clone/kvmsg"
local reject = require "sloop.reject_message"

local MOST_EARLY <const> = 100000 -- beyond that they are lost, which is seen

---@type sloop.Role
local client = {
  options = { patience = 5000 }, -- ms for the next message of a snapshot
  state = {
    map = {}, -- key -> body
    seq = 0,  -- of the last update,
    early = {}, -- { key, seq, body } that came before the snapshot was there
    synced = false, lost = false, rejects = {},
  },
  sockets = {
    snapshot = { "dealer", connect = "tcp://localhost:5556" },
    updates = { "sub", connect = "tcp://localhost:5557", subscribe = "" },
  },
  on = {},
}

--- Asks for the snapshot.
function client.ask(self) self.snapshot:send("ICANHAZ?") end

--- Was something lost before the update of this number? The server numbers all, and we hear all.
function client.is_gap(self, seq) return seq ~= self.seq + 1 end

local function apply(self, key, seq, body)
  if seq <= self.seq then return end -- it is in the snapshot
  if self:is_gap(seq) then
    self.lost = true
    return self:wake("lost")
  end
  self.seq, self.map[key] = seq, body ~= "" and body or nil
end

function client.on.updates(self, ...)
  local key, seq, body = kvmsg.parse_simple(...)
  if not key then return reject(self, seq) end
  if self.synced then return apply(self, key, seq, body) end
  if #self.early < MOST_EARLY then table.insert(self.early, { key, seq, body }) end
end

-- The map and the number it is from; nil when it did not come.
local function fetch(self)
  local map = {}
  self:ask()
  while true do
    local key, seq, body = kvmsg.parse_simple(self.snapshot:recv(self.options.patience))
    if not key then return nil end
    if key == "KTHXBAI" then return map, seq end
    map[key] = body
  end
end

function client.main(self)
  while true do
    self.synced, self.lost = false, false
    local map, seq = fetch(self)
    if map then
      local early = self.early
      self.map, self.seq, self.synced, self.early = map, seq, true, {}
      for _, each in ipairs(early) do apply(self, table.unpack(each)) end
      self:log("synced at %d", seq)
      if not self.lost then self:wait("lost") end
      self:warn("updates were lost: asking for another snapshot")
    else
      self.snapshot:reopen()
    end
  end
end

return client
