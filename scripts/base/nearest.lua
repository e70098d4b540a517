--- The known name that is nearest to a misspelt one, for messages.
local nearest = {}

--- How many insertions, deletions, changes and swaps of neighbours turn `a` into `b`.
function nearest.distance(a, b)
  local before, above -- the two rows over the present one
  local row = {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    before, above, row = above, row, { [0] = i }
    for j = 1, #b do
      local same = a:byte(i) == b:byte(j)
      local cost = math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (same and 0 or 1))
      if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
        cost = math.min(cost, before[j - 2] + 1)
      end
      row[j] = cost
    end
  end
  return row[#b]
end

local function plain(name) return (name:lower():gsub("-", "_")) end

--- The key of `names` (a set) that `name` was probably meant to be, or nil.
-- A third of its letters may be wrong, three at most, but not all; among equals the first in order.
function nearest.find(name, names)
  name = plain(name)
  local limit = math.min(#name - 1, math.max(1, math.min(3, #name // 3)))
  local best, least
  for candidate in pairs(names) do
    if type(candidate) == "string" and math.abs(#candidate - #name) <= limit then
      local distance = nearest.distance(name, plain(candidate))
      if distance <= limit
        and (not best or distance < least or distance == least and candidate < best) then
        best, least = candidate, distance
      end
    end
  end
  return best
end

--- " (did you mean 'queue'?)", or "" when no name is near. Takes several sets.
function nearest.hint(name, ...)
  local all = {}
  for i = 1, select("#", ...) do
    for candidate in pairs((select(i, ...))) do all[candidate] = true end
  end
  local best = nearest.find(name, all)
  return best and (" (did you mean '%s'?)"):format(best) or ""
end

local function letters(name)
  local bytes = { name:lower():byte(1, -1) }
  table.sort(bytes)
  return string.char(table.unpack(bytes))
end

--- An index of a set of words for `nearest.slip`.
function nearest.slips(names)
  local index = {}
  for name in pairs(names) do index[letters(name)] = name end
  return index
end

--- The word that `name` equals but for case or two swapped neighbours, or nil: a typing error,
-- hardly ever a name of its own.
function nearest.slip(name, index)
  local word = index[letters(name)]
  if word and nearest.distance(plain(name), word) <= 1 then return word end
end

return nearest
