--- The counts that readers and workers send to the collector: messages from and to frames. They are
--- totals since the start. The parser is total.
--   [READER][id][received][missed][dropped][published][ended: 1 or 0]
--   [WORKER][id][done][disorder]
local counts = {}

local FIELDS <const> = {
  READER = { "received", "missed", "dropped", "published", "ended" },
  WORKER = { "done", "disorder" },
}

--- The counts of a "READER" or a "WORKER" at its start: field -> 0.
function counts.new(kind)
  local made = {}
  for _, field in ipairs(FIELDS[kind]) do made[field] = 0 end
  return made
end

--- The frames of a reader's or worker's counts.
function counts.to_collector(kind, id, values)
  local frames = { kind, id }
  for _, field in ipairs(FIELDS[kind]) do
    table.insert(frames, ("%d"):format(values[field]))
  end
  return table.unpack(frames)
end

--- What a collector receives: the id of a reader or worker, and its counts by field. Or nil and the
--- reason.
function counts.from_node(kind, id, ...)
  local fields = FIELDS[kind or ""]
  if not fields then return nil, "neither reader nor worker" end
  if not id or select("#", ...) ~= #fields then return nil, "wrong number of counts" end
  local values = {}
  for i, field in ipairs(fields) do
    local text = select(i, ...)
    values[field] = text:find "^%d+$" and math.tointeger(tonumber(text))
    if not values[field] then return nil, "a count that is no number" end
  end
  return id, values
end

return counts
