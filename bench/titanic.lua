--- Titanic over tcp: how fast requests are stored, and go through to the end, with so many finished
-- ones in its store; how long it takes to start, and its memory. Every commit is synced.
local process = require "spec.process"
local uv = require "luv"

local SLOOP <const>, FOLDER <const> = "build/release/sloop", "build/bench/data"
local ROUNDS <const> = 3
local STORED <const>, FETCHED <const>, LIVE <const> = 40000, 8000, 10000
local FINISHED <const> = { 0, 20000, 200000, 1000000 }
local PATIENCE <const> = 300000 -- ms

local function start(role, ...)
  return process.start(SLOOP, { "run", role, "--control=none", ... })
end

local function run(role, ...)
  local status, out, err = process.run(SLOOP, { "run", role, "--control=none", ... },
    { timeout = PATIENCE })
  assert(status == 0, err)
  return out
end

local function stop(node)
  node:signal "sigterm"
  node:wait()
end

local broker = start("majordomo/broker", "--router.bind=tcp://127.0.0.1:*", "--max-queue=100000")
local endpoint = select(2, broker:line "router is bound to (%S+)")
start("bench/nodes/echoes.lua", "--echo.broker.connect=" .. endpoint)

local function rate(...)
  local done, seconds = run("bench/nodes/titanic_load.lua", "--endpoint=" .. endpoint, ...)
    :match "(%d+)%s+([%d.]+)"
  return tonumber(done) / tonumber(seconds)
end

-- A titanic, when it answers: the process, and the ms until then.
local function start_titanic()
  local since = uv.hrtime()
  local node = start("titanic/titanic", "--broker=" .. endpoint, "--data=" .. FOLDER,
    "--lanes=256", "--in-flight=64")
  rate("--requests=1", "--window=1")
  return node, (uv.hrtime() - since) / 1e6
end

local function memory(node)
  for line in io.lines(("/proc/%d/status"):format(node.pid)) do
    local size = line:match "^VmRSS:%s*(%d+)"
    if size then return tonumber(size) / 1024 end
  end
end

local function median(list)
  table.sort(list)
  return list[#list // 2 + 1]
end

local function fill(finished, live)
  os.execute("rm -rf " .. FOLDER)
  run("bench/nodes/titanic_fill.lua", "--data=" .. FOLDER, "--finished=" .. finished,
    "--live=" .. live)
end

print "| finished | live at the start | start, ms | stored, /s | to the end, /s | memory, MiB |"
print "|---:|---:|---:|---:|---:|---:|"
for _, finished in ipairs(FINISHED) do
  fill(finished, LIVE)
  local busy, busy_start = start_titanic()
  stop(busy)
  fill(finished, 0)
  local node, started = start_titanic()
  local stored, fetched = {}, {}
  for round = 1, ROUNDS do
    fetched[round] = rate("--requests=" .. FETCHED, "--window=256", "--fetch")
    stored[round] = rate("--requests=" .. STORED, "--window=1000")
  end
  print(("| %d | 0 | %.0f | %.0f | %.0f | %.0f |"):format(finished, started, median(stored),
    median(fetched), memory(node)))
  print(("| %d | %d | %.0f | | | |"):format(finished, LIVE, busy_start))
  stop(node)
end
os.execute("rm -rf " .. FOLDER)
process.cleanup()
