--- Clone: updates a second of one server and of a pair, a snapshot of 100,000 keys, memory:
---   sloop lua bench/clone.lua [KEYS]
local programs = require "programs"

local KEYS <const> = tonumber(arg[1]) or 100000

programs.measure(function(folder)
  local count = 0

  local function server(role)
    count = count + 1
    return programs.sloop { "run", "clone/server", "--name=bench-" .. role, "--role=" .. role,
      "--pair.interval=2000", ("--data=%s/%d"):format(folder, count),
      ("--control=%s/%s.sock"):format(folder, role) }
  end

  local function load(...)
    return programs.sloop { "run", "bench/nodes/clone_load.lua", "--control=none", ... }
  end

  local function rate(window, updates)
    local client = load("--window=" .. window, "--updates=" .. updates)
    local result = client:line "(%d+) updates/s"
    client:kill()
    return result
  end

  local function memory()
    local command = ("build/release/sloop ctl %s/primary.sock status --json"):format(folder)
    local pipe <close> = assert(io.popen(command))
    return tonumber((pipe:read("a"):match '"memory":(%d+)'))
  end

  for _, name in ipairs { "one server", "a pair" } do
    local servers = { server "primary", name == "a pair" and server "backup" or nil }
    load():line "synced"
    print(("%s, window 1: %s updates/s"):format(name, rate(1, 5000)))
    print(("%s, window 200: %s updates/s"):format(name, rate(200, 200000)))
    for _, each in ipairs(servers) do each:kill() end
  end

  server "primary"
  load():line "synced"
  local before = memory()
  local filler = load("--fill=" .. KEYS)
  filler:line "done"
  programs.pause(1000)
  for _ = 1, 3 do
    local joiner = load()
    print(("a snapshot of %d keys: %s ms"):format(KEYS, (joiner:line "synced after (%d+) ms")))
    joiner:kill()
  end
  local after = memory()
  if before and after then print(("%d bytes of Lua a key"):format((after - before) // KEYS)) end
end)
