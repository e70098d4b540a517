--- Plants bugs into copies of the patterns, and lets a simulation look for them.
-- The table of seeds: spec/planted/patterns_table.lua
local replaced = require "spec.replaced"

local bugs = dofile "spec/planted/pattern_bugs.lua"

local SPEC_TOPOLOGIES <const> = { redispatch = true, siege = true, limit = true, busy = true }

local function changes_of(bug)
  local changes = { { bug[3], bug[4], bug[5] } }
  for i = 6, #bug do table.insert(changes, bug[i]) end
  return changes
end

local function read(path)
  local file <close> = assert(io.open(path))
  return file:read "a"
end

local function write(path, text)
  local file <close> = assert(io.open(path, "w"))
  file:write(text)
end

local planted = { bugs = bugs }

--- The topology with a bug planted, as a file below this new folder.
function planted.plant(bug, folder)
  local pattern, name = bug[2], bug.topology or "topology"
  local copy = ("%s/patterns/%s"):format(folder, pattern)
  assert(os.execute(("mkdir -p %s && cp -r patterns %s"):format(folder, folder)))
  for _, change in ipairs(changes_of(bug)) do
    local path = copy .. "/" .. change[1]
    write(path, replaced(read(path), change[2], change[3], path))
  end
  local file = ("%s/%s.lua"):format(copy, name)
  if SPEC_TOPOLOGIES[name] then
    local text = read(("spec/pattern/%s/%s.lua"):format(pattern, name))
    local here = io.popen("pwd"):read "l"
    write(file, (text:gsub('"MAJORDOMO"', ("%q"):format(copy))
      :gsub('"SPEC"', ("%q"):format(here .. "/spec"))))
  end
  return file
end

--- Runs `sloop sim` on it until a seed fails, at most so many: the seed and what is said, or nil.
function planted.hunt(program, bug, folder, seeds)
  local file = planted.plant(bug, folder)
  local command = ("SLOOP_PATH=%s %s sim %s --seeds=%d --shrink=false 2>&1"):format(folder, program,
    file, seeds)
  local pipe = assert(io.popen(command))
  local output = pipe:read "a"
  local _, _, status = pipe:close()
  local seed, said = output:match "seed (%d+) FAILED: ([^\n]*)"
  if status == 2 or not (seed or status == 0) then error(output) end
  return tonumber(seed), said
end

return planted
