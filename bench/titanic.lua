--- Titanic: how fast requests are stored (while a service executes them), and how fast they go
-- through to the end (stored, executed, fetched, closed), with finished ones in its store;
-- how long it takes to start, and its memory. Every commit is synced. "one process" is `sloop up`
-- with inproc, and what its CPU time is for each request, the start included; "tcp" is five
-- processes.
local process = require "spec.process"
local uv = require "luv"

local SLOOP <const>, FOLDER <const> = "build/release/sloop", "build/bench/data"
local ROUNDS <const> = 3
local LIVE <const> = 10000
local STORE <const> = { requests = 20000, window = 1000, fetch = false }
local FETCH <const> = { requests = 5000, window = 256, fetch = true }
local FINISHED <const> = { 0, 20000, 200000, 1000000 }
local PATIENCE <const> = 600000 -- ms

local function run(...)
  local status, out, err = process.run(SLOOP, { ... }, { timeout = PATIENCE })
  assert(status == 0, err)
  return out
end

local function rate_in(out)
  local done, seconds = out:match "(%d+)%s+([%d.]+)"
  return tonumber(done) / tonumber(seconds)
end

local function median(list)
  table.sort(list)
  return list[#list // 2 + 1]
end

local function fill(finished, live)
  os.execute("rm -rf " .. FOLDER)
  run("run", "bench/nodes/titanic_fill.lua", "--control=none", "--data=" .. FOLDER .. "/titanic",
    "--finished=" .. finished, "--live=" .. live)
end

local function load_words(prefix, kind)
  local words = {}
  for name, value in pairs(kind) do
    table.insert(words, ("%s%s=%s"):format(prefix, name, tostring(value)))
  end
  return table.unpack(words)
end

-- Requests a second, and us of CPU time for each.
local function in_one_process(kind)
  local status, out, err = process.run("bash", { "-c", 'TIMEFORMAT="cpu %U %S"; time "$@"', "bash",
    SLOOP, "up", "bench/nodes/titanic_topology.lua", "--control=none", "--data=" .. FOLDER,
    load_words("--set=load.", kind) }, { timeout = PATIENCE })
  assert(status == 0, err)
  local user, system = err:match "cpu ([%d.]+) ([%d.]+)"
  return rate_in(out), (user + system) * 1e6 / kind.requests
end

-- ---- over tcp ----

local function start(...) return process.start(SLOOP, { "run", "--control=none", ... }) end

local broker = start("majordomo/broker", "--router.bind=tcp://127.0.0.1:*", "--max-queue=100000")
local endpoint = select(2, broker:line "router is bound to (%S+)")
start("bench/nodes/echoes.lua", "--echo.broker.connect=" .. endpoint)

local function over_tcp(kind)
  return rate_in(run("run", "bench/nodes/titanic_load.lua", "--control=none",
    "--endpoint=" .. endpoint, load_words("--", kind)))
end

-- A titanic: the process, and the ms until it has answered.
local function start_titanic()
  local since = uv.hrtime()
  local node = start("titanic/titanic", "--broker=" .. endpoint,
    "--data=" .. FOLDER .. "/titanic", "--lanes=64", "--in-flight=64")
  over_tcp { requests = 1, window = 1 }
  return node, (uv.hrtime() - since) / 1e6
end

local function stop(node)
  node:signal "sigterm"
  node:wait()
end

local function memory(node)
  for line in io.lines(("/proc/%d/status"):format(node.pid)) do
    local size = line:match "^VmRSS:%s*(%d+)"
    if size then return tonumber(size) / 1024 end
  end
end

-- ---- rows ----

print("| finished | start, ms | with 10k live | one process: stored, /s | CPU, us | to the end, /s"
  .. " | CPU, us | tcp: stored, /s | to the end, /s | memory, MiB |")
print "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
for _, finished in ipairs(FINISHED) do
  fill(finished, LIVE)
  local busy, busy_start = start_titanic()
  stop(busy)
  fill(finished, 0)
  local node, started = start_titanic()
  local tcp, one, cpu = { {}, {} }, { {}, {} }, { {}, {} }
  for round = 1, ROUNDS do
    tcp[1][round], tcp[2][round] = over_tcp(STORE), over_tcp(FETCH)
  end
  local resident = memory(node)
  stop(node)
  for round = 1, ROUNDS do
    one[1][round], cpu[1][round] = in_one_process(STORE)
    one[2][round], cpu[2][round] = in_one_process(FETCH)
  end
  print(("| %d | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f |"):format(finished,
    started, busy_start, median(one[1]), median(cpu[1]), median(one[2]), median(cpu[2]),
    median(tcp[1]), median(tcp[2]), resident))
end
os.execute("rm -rf " .. FOLDER)
process.cleanup()
