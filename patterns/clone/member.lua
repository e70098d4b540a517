--- A node that shares a map: sets keys of its own, follows all others', and notes what it has.
---@type sloop.Role
local member = {
  options = {
    servers = { "tcp://localhost:5556", "tcp://localhost:5566" },
    subtree = "",
    every = 200,    -- ms between two keys; 0: it sets none
    keys = 20,      -- different ones
    writes = 28000, -- ms, then it sets no more
    ttl = 3000,     -- ms that every fourth one lives
  },
  state = {
    number = 0,
    seen = {},   -- key -> value, as told by changes
    values = {}, -- key -> { number, seq, term = of the server } of its last change
  },
  parts = function(options)
    return { map = { "clone/client", subtree = options.subtree, servers = options.servers } }
  end,
  timers = { tell = 2000 },
  on = {},
}

function member.main(self)
  local deadline = self:now() + self.options.writes
  while self.options.every > 0 and self:now() < deadline do
    self:sleep(self.options.every)
    self.number = self.number + 1
    local key = self.number % self.options.keys
    local ttl = key % 4 == 0 and self.options.ttl or nil
    self.map:set(("/%s/%d"):format(self.name, key), ("%d"):format(self.number), ttl)
  end
  self:wait("the end")
end

-- In a term of the server it follows a key's numbers only rise; and what its one writer set rises
-- with them, save at a failover.
function member.on.map(self, event, key, value, kv)
  if event == "synced" then return end
  self.seen[key] = value
  if not value then return end
  local number, term, before = tonumber(value), self.map.replica.seq >> 40, self.values[key]
  local older = before and kv.seq < before.seq and term == before.term
  local lower = before and kv.seq > before.seq and number < before.number
  if older or lower then
    local same = older or kv.seq >> 40 == before.seq >> 40
    self:note("regress", { key = key, value = value, before = before.number, same = same })
  end
  self.values[key] = { number = number, seq = kv.seq, term = term }
end

-- The map is what its changes made of it.
function member.on.tell(self)
  local map = {}
  for key, value in self.map:each() do
    map[key] = value
    if self.seen[key] ~= value then self:note("broken", { key = key }) end
  end
  for key in pairs(self.seen) do
    if map[key] == nil then self:note("broken", { key = key }) end
  end
  self:note("map", { map = map })
end

return member
