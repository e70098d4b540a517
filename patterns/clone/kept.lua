--- The map of a clone server on its disk, if its option `keep` says so: in the store `kept` of the
-- role, key -> { seq, uuid, body, the date at which it ends, in ms }.
local chp = require "clone/chp"

local kept = {}

--- Keeps a key, or deletes it when `kv` is nil or empty.
function kept.put(self, key, kv)
  if not self.options.keep then return end
  if not kv or kv.body == "" then return self.kept:put(key, nil) end
  self.kept:put(key, { kv.seq, kv.uuid, kv.body, kv.ends and self:wall() + kv.ends - self:now() })
end

--- What was kept is the map of its replica.
function kept.load(self)
  if not self.options.keep then return end
  local map, highest = {}, 0
  for key, entry in self.kept:each() do
    local kv = { key = key, seq = entry[1], uuid = entry[2], body = entry[3], wall = entry[4] }
    chp.set_end(self, kv)
    map[key], highest = kv, math.max(highest, kv.seq)
  end
  self.replica.map, self.replica.seq = map, highest
end

--- All that was put is on disk when this returns; if it can't be, the node ends.
function kept.save(self)
  local ok, reason = self.kept:sync()
  if not ok then self:stop(nil, "the map can't be stored: " .. reason) end
end

return kept
