--- Clone beside a server written in C: updates a second, one server and a pair; a snapshot; memory:
---   sloop lua bench/clone.lua [ROUNDS [MS [KEYS]]]
--- The load is in C, too (bench/load/clone.c). In a pair the passive one gets all that is set.
local programs = require "programs"

local ROUNDS <const>, MS <const> = tonumber(arg[1]) or 3, tonumber(arg[2]) or 700
local KEYS <const> = tonumber(arg[3]) or 100000

local started = 0

-- Servers of this kind on ports that nothing else had: programs, of which the first is the active.
local servers = {}

local function port() return 22000 + started * 20 % 8000 end

function servers.C(is_pair)
  local function at(first)
    local list = {}
    for i = 0, 2 do list[i + 1] = ("tcp://127.0.0.1:%d"):format(first + i) end
    return list
  end
  local backup = at(port() + 10)
  backup[4] = at(port())[2]
  return programs.start("build/bench/clone", at(port())),
    is_pair and programs.start("build/bench/clone", backup) or nil
end

function servers.Sloop(is_pair, folder)
  local function start(role)
    return programs.sloop {
      "run", "clone/server", "--name=" .. role, "--role=" .. role, "--control=none",
      ("--data=%s/%d-%s"):format(folder, started, role), "--pair.interval=2000",
      ("--primary=tcp://127.0.0.1:%d"):format(port()),
      ("--backup=tcp://127.0.0.1:%d"):format(port() + 10),
      ("--pair.primary=tcp://127.0.0.1:%d"):format(port() + 5),
      ("--pair.backup=tcp://127.0.0.1:%d"):format(port() + 6),
    }
  end
  local primary, backup = start "primary", is_pair and start "backup" or nil
  if backup then
    primary:line "active, term"
    programs.pause(500) -- the passive one has asked for its snapshot
  end
  return primary, backup
end

-- What a load did: its rate, the servers' microseconds of processor time for each of these, and by
-- how many bytes the active one's memory grew.
local function sample(folder, kind, is_pair, words)
  started = started + 1
  local list = { servers[kind](is_pair, folder) }
  local backup = is_pair and tostring(port() + 10) or "-"
  local memory, cpu = -list[1]:memory(), 0
  for _, server in ipairs(list) do cpu = cpu - server:cpu() end
  local load = programs.start("build/bench/load",
    { words[1], tostring(port()), backup, table.unpack(words, 2) })
  local done, seconds = load:line "load: (%d+) in ([%d.]+) s"
  memory = memory + list[1]:memory()
  for _, server in ipairs(list) do
    cpu = cpu + server:cpu()
    server:kill()
  end
  return { rate = done / seconds, cpu = cpu / done * 1e6, memory = memory }
end

local function median(list)
  local order = table.move(list, 1, #list, 1, {})
  table.sort(order)
  return order[#order // 2 + 1], order[1], order[#order]
end

-- Both kinds in turn, round by round: medians of each, and of Sloop's to C's within a round.
local function compare(folder, is_pair, words)
  local result = { rate = {}, cpu = {}, memory = {} }
  local all = { C = {}, Sloop = {} }
  for round = 1, ROUNDS do
    for turn = 1, 2 do
      local kind = (round + turn) % 2 == 0 and "C" or "Sloop"
      all[kind][round] = sample(folder, kind, is_pair, words)
    end
  end
  for what, of in pairs(result) do
    local ratios = {}
    for kind, samples in pairs(all) do
      local list = {}
      for round, one in ipairs(samples) do list[round] = one[what] end
      of[kind] = median(list)
    end
    for round = 1, ROUNDS do ratios[round] = all.Sloop[round][what] / all.C[round][what] end
    of.ratio = ("%.2f (%.2f..%.2f)"):format(median(ratios))
  end
  return result
end

programs.measure(function(folder)
  print("| servers | window | C, updates/s | Sloop, updates/s | Sloop : C | C, us of CPU | Sloop |"
    .. " Sloop : C |")
  print "|---|---:|---:|---:|---:|---:|---:|---:|"
  for _, is_pair in ipairs { false, true } do
    for _, window in ipairs { 1, 200 } do
      local result = compare(folder, is_pair, { "clone", tostring(MS), tostring(window) })
      local rate, cpu = result.rate, result.cpu
      print(("| %s | %d | %.0f | %.0f | %s | %.1f | %.1f | %s |"):format(is_pair and "a pair"
        or "one", window, rate.C, rate.Sloop, rate.ratio, cpu.C, cpu.Sloop, cpu.ratio))
    end
  end
  local result = compare(folder, false, { "snapshot", tostring(KEYS) })
  local rate, memory = result.rate, result.memory
  print(("\nA snapshot of %d keys: %.0f ms from C's server, %.0f ms from Sloop's; Sloop : C %s.")
    :format(KEYS, KEYS / rate.C * 1000, KEYS / rate.Sloop * 1000, rate.ratio))
  print(("A key takes %d bytes of memory in C, %d in Sloop."):format(memory.C // KEYS,
    memory.Sloop // KEYS))
end)
