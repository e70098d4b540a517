--- What clients set and the active server has not published yet, kept by the passive one; plain
-- data. Either may come first. A key's sets arrive in order, so those before a published one are
-- old.
--   { lists = key -> list of kv, or the only kv, early = uuid -> since, count, number }
-- A kv has `since` and `number` here. `early` are uuids that were published before they were set.
local pending = {}

function pending.new() return { lists = {}, early = {}, count = 0, number = 0 } end

--- A client has set a key: kept, unless it is published already or there are `most` of them.
function pending.set(self, kv, now, most)
  if self.early[kv.uuid] then
    self.early[kv.uuid], self.count = nil, self.count - 1
    return
  end
  if self.count >= most then return end
  self.number, self.count = self.number + 1, self.count + 1
  kv.since, kv.number = now, self.number
  local list = self.lists[kv.key]
  if not list then
    self.lists[kv.key] = kv
  elseif list.uuid then
    self.lists[kv.key] = { list, kv }
  else
    table.insert(list, kv)
  end
end

local function list_of(self, key)
  local list = self.lists[key]
  return list and list.uuid and { list } or list or {}
end

-- Without its first entries.
local function cut(self, key, list, number)
  if number == 0 then return end
  self.count = self.count - number
  self.lists[key] = number < #list and table.move(list, number + 1, #list, 1, {}) or nil
end

--- The active has published a set of this key, by its uuid: that one is done, and those before it;
--- it is returned. A uuid that was not set here yet is remembered when there are fewer than `most`.
function pending.published(self, key, uuid, now, most)
  local only = self.lists[key]
  if only and only.uuid == uuid then -- nearly always
    self.lists[key], self.count = nil, self.count - 1
    return only
  end
  local list, last = list_of(self, key), 0
  for i, kv in ipairs(list) do
    if kv.uuid == uuid then last = i end
  end
  if last == 0 and uuid ~= "" and not self.early[uuid] and self.count < most then
    self.early[uuid], self.count = now, self.count + 1
  end
  cut(self, key, list, last)
  return list[last]
end

--- Forgets what came before this time.
function pending.drop(self, time)
  for key in pairs(self.lists) do
    local list, last = list_of(self, key), 0
    while list[last + 1] and list[last + 1].since < time do last = last + 1 end
    cut(self, key, list, last)
  end
  for uuid, since in pairs(self.early) do
    if since < time then self.early[uuid], self.count = nil, self.count - 1 end
  end
end

--- Takes out all that is left: of each key the last, in the order they came.
function pending.take(self)
  local taken = {}
  for key in pairs(self.lists) do
    local list = list_of(self, key)
    table.insert(taken, list[#list])
  end
  table.sort(taken, function(a, b) return a.number < b.number end)
  self.lists, self.early, self.count = {}, {}, 0
  return taken
end

return pending
