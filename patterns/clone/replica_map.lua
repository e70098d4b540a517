--- A replica's map: an update is applied, a snapshot replaces it, and the owner is told what
-- changed. `self` is the replica: map, seq, updates, early, phase.
local chp = require "clone/chp"

local replica_map = {}

--- Applies an update, unless the snapshot has it: true; false when it is of another term, so that
--- the server has begun anew, and how it did was missed.
function replica_map.apply(self, kv)
  if kv.seq <= self.seq then return true end
  if chp.term_of(kv.seq) ~= chp.term_of(self.seq) then return false end
  self.seq, self.updates = kv.seq, self.updates + 1
  local value = kv.body ~= "" and kv.body or nil
  self.map[kv.key] = value and kv
  self:emit("change", kv.key, value, kv)
  return true
end

-- What a snapshot changed, key by key.
local function tell_difference(self, old, new)
  for key in pairs(old) do
    if not new[key] then self:emit("change", key, nil) end
  end
  for key, kv in pairs(new) do
    local was = old[key]
    if not was or was.body ~= kv.body or was.uuid ~= kv.uuid then
      self:emit("change", key, kv.body, kv)
    end
  end
end

--- The map is this snapshot, and what came since it was asked for; `bye` is the message at its end.
--- False as for `apply`. The owner may take its time: what comes meanwhile is applied behind that.
function replica_map.replace(self, map, bye)
  local old, next_one, same_term = self.map, 1, true
  self.map, self.seq, self.updates = map, bye.seq, bye.updates or 0
  tell_difference(self, old, map)
  while self.early[next_one] and same_term do
    same_term = replica_map.apply(self, self.early[next_one])
    next_one = next_one + 1
  end
  self.early, self.phase = {}, "synced"
  self:emit("synced")
  return same_term
end

return replica_map
