--- Prints how soon a simulation finds each bug planted into the patterns, and what is said:
--   sloop lua spec/planted/patterns_table.lua [SEEDS] [PATTERN]
local planted = require "patterns"

local SEEDS <const> = tonumber(arg[1]) or 2000
local PROGRAM <const> = "build/release/sloop"

local missed = 0
print(("%-16s %-58s %5s  %s"):format("pattern", "bug", "seed", "what is said"))
local function hunt(bug)
  local folder = os.tmpname()
  os.remove(folder)
  local seed, said = planted.hunt(PROGRAM, bug, folder, SEEDS)
  os.execute("rm -r " .. folder)
  local is_found = seed and not said:find "does not start" and not said:find "traceback"
  if not is_found then missed = missed + 1 end
  print(("%-16s %-58s %5s  %s"):format(bug[2], bug[1], seed or "-", said or "NOT FOUND"))
end

for _, bug in ipairs(planted.bugs) do
  if bug[2] == (arg[2] or bug[2]) then hunt(bug) end
end
os.exit(missed == 0 and 0 or 1)
