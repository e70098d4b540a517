--- Which keys end when, by the second, so that not all keys are looked at; plain data.
--   { due = second -> list of keys that may end in it, second = the last that was looked at }
-- A key that was set again meanwhile is in several lists: the caller checks whether it is over.
local expiry = {}

function expiry.new() return { due = {}, second = 0 } end

--- Begins anew, at this time in ms.
function expiry.clear(self, now) self.due, self.second = {}, now // 1000 end

--- A key ends at this time in ms.
function expiry.add(self, key, ends)
  local second = math.max(ends // 1000, self.second)
  local keys = self.due[second] or {}
  self.due[second] = keys
  table.insert(keys, key)
end

--- Takes the keys that may have ended by now. Those that end later are to be added again.
function expiry.take(self, now)
  local taken = {}
  for second = self.second, now // 1000 do
    local keys = self.due[second]
    if keys then table.move(keys, 1, #keys, #taken + 1, taken) end
    self.due[second] = nil
  end
  self.second = now // 1000
  return taken
end

return expiry
