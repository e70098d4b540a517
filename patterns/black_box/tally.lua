--- The counts that readers and workers send to the collector, since they began. Parsers are total.
-- [READER][id][received][missed][dropped][published][ended: 1 or 0]
-- [WORKER][id][done][disorder]
local tally = {}

local FIELDS <const> = {
  READER = { "received", "missed", "dropped", "published", "ended" },
  WORKER = { "done", "disorder" },
}

--- The frames of a node's counts.
function tally.frames(word, id, counts)
  local frames = { word, id }
  for _, field in ipairs(FIELDS[word]) do
    table.insert(frames, ("%d"):format(counts[field]))
  end
  return table.unpack(frames)
end

--- The word, the id and the counts by name; or nil and the reason.
function tally.parse(word, id, ...)
  local fields = FIELDS[word or ""]
  if not fields then return nil, "neither reader nor worker" end
  if not id or select("#", ...) ~= #fields then return nil, "wrong number of counts" end
  local counts = {}
  for i, field in ipairs(fields) do
    local text = select(i, ...)
    counts[field] = text:find "^%d+$" and math.tointeger(tonumber(text))
    if not counts[field] then return nil, "a count that is no number" end
  end
  return word, id, counts
end

return tally
