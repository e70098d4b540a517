--- How long each spec file took last time, so that the longest can start first.
local durations = {}

--- The remembered ones: path -> seconds.
function durations.read(path)
  local seconds = {}
  local file <close> = io.open(path)
  for line in file and file:lines() or function() end do
    local number, name = line:match "^(%S+) (.+)$"
    seconds[name or ""] = tonumber(number)
  end
  return seconds
end

--- Remembers `seconds`. Failing to do so costs only time at the next run.
function durations.write(path, seconds)
  local lines = {}
  for name, number in pairs(seconds) do table.insert(lines, ("%.2f %s\n"):format(number, name)) end
  table.sort(lines)
  local temporary = path .. ".new"
  local file = io.open(temporary, "w")
  if not file then return end
  file:write(table.concat(lines))
  file:close()
  os.rename(temporary, path)
end

local function size(path)
  local file <close> = io.open(path)
  return file and file:seek "end" or 0
end

--- Sorts paths, longest first. An unknown one counts as a second for each 2,000 bytes.
function durations.sort(paths, seconds)
  local expected = {}
  for _, path in ipairs(paths) do expected[path] = seconds[path] or size(path) / 2000 end
  table.sort(paths, function(a, b)
    if expected[a] ~= expected[b] then return expected[a] > expected[b] end
    return a < b
  end)
end

return durations
