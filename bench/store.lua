--- The store beside bare SQLite in C, with the same batches, and the most that the disk can sync.
local ROUNDS <const>, MS <const> = 5, 1500
local WINDOWS <const> = { 1, 100, 1000 }

local function rate(command)
  local pipe <close> = assert(io.popen(command .. " 2>&1"))
  local output = pipe:read "a"
  local done, seconds = output:match "(%d+)%s+([%d.]+)"
  if not done then error(command .. ": " .. output) end
  return tonumber(done) / tonumber(seconds)
end

local function median(list)
  table.sort(list)
  return list[#list // 2 + 1]
end

-- On the disk that the tree is on, in a folder that is emptied before each sample.
local FOLDER <const> = "build/bench/data"

local function fresh()
  os.execute("rm -rf " .. FOLDER .. " && mkdir -p " .. FOLDER)
  return FOLDER .. "/entries.sqlite"
end

local function sample_c(window)
  return rate(("build/bench/sqlite %s %d %d"):format(fresh(), window, MS))
end

local function sample_sloop(window)
  fresh()
  return rate(("build/release/sloop run bench/nodes/store.lua --control=none --data=%s --window=%d"
    .. " --ms=%d"):format(FOLDER, window, MS))
end

print "| window | SQLite in C, puts/s | store, puts/s | ratio | syncs of the disk, /s |"
print "|---:|---:|---:|---:|---:|"
for _, window in ipairs(WINDOWS) do
  local c, sloop, ratios, syncs = {}, {}, {}, {}
  for round = 1, ROUNDS do
    if round % 2 == 0 then c[round] = sample_c(window) end
    sloop[round] = sample_sloop(window)
    c[round] = c[round] or sample_c(window)
    ratios[round], syncs[round] = sloop[round] / c[round], sample_c(0)
  end
  print(("| %d | %.0f | %.0f | %.2f (%.2f..%.2f) | %.0f |"):format(window, median(c), median(sloop),
    median(ratios), ratios[1], ratios[#ratios], median(syncs)))
end
os.execute("rm -rf " .. FOLDER)
