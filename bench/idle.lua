--- What an idle node costs: sloop lua bench/idle.lua [NODES [ROUNDS]]
--
-- A topology's nodes, each with one socket, are started in one process; beside it as many bare Lua
-- states with a socket in C. Memory is what is resident with all of them, less what it is with
-- hardly any, divided by their number.
local NODES <const> = tonumber(arg and arg[1]) or 1000
local ROUNDS <const> = tonumber(arg and arg[2]) or 5
local FEW <const> = 2

local FILE <const> = "build/bench/idle_topology.lua"
local PROGRAMS <const> = {
  { name = "Lua states in C", command = "build/bench/states %d" },
  { name = "Sloop", command = "build/release/sloop up --control=none " .. FILE },
}

local function write_topology(count)
  local file <close> = assert(io.open(FILE, "w"))
  file:write(([[return { nodes = { idle = { "../../bench/nodes/idle.lua", count = %d },
    observer = { "../../bench/nodes/observer.lua" } } }]]):format(count), "\n")
end

--- How long it took to start `count` (ms), and the memory then (KiB).
local function run(program, count)
  write_topology(count)
  local command = "date +%s%3N; " .. program.command:format(count)
  local pipe <close> = assert(io.popen(command))
  local began, ended, memory = pipe:read("n", "n", "n")
  assert(memory, program.name .. " said nothing")
  return ended - began, memory
end

local function median(list)
  table.sort(list)
  return list[#list // 2 + 1]
end

local times, sizes = {}, {}
for i in ipairs(PROGRAMS) do times[i], sizes[i] = {}, {} end
for round = 1, ROUNDS do
  for turn = 1, #PROGRAMS do
    local i = (round + turn) % #PROGRAMS + 1
    local _, before = run(PROGRAMS[i], FEW)
    local ms, after = run(PROGRAMS[i], NODES)
    times[i][round], sizes[i][round] = ms, (after - before) / (NODES - FEW)
  end
end

print(("| %d idle nodes, median of %d | started in | nodes/s | memory each |"):format(NODES,
  ROUNDS))
print "| --- | ---: | ---: | ---: |"
for i, program in ipairs(PROGRAMS) do
  local ms = median(times[i])
  print(("| %s | %d ms | %.0f | %.1f KiB |"):format(program.name, ms, NODES * 1000 / ms,
    median(sizes[i])))
end
