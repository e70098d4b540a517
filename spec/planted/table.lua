--- Prints how soon a simulation finds each planted bug, and that what is right survives:
--   sloop lua spec/planted/table.lua [SEEDS]
local bugs = require "bugs"
local sloop = require "sloop"

local SEEDS <const> = tonumber(arg[1]) or 500

local function hunt(kind, bug)
  local began = os.clock()
  local result = assert(sloop.sim(bugs.topology(kind, bug), { seeds = SEEDS }))
  return result, os.clock() - began
end

local function printable(text) return (text:match("[^\n]*"):gsub("[^%g ]", "?")) end

print(("%-7s %-40s %5s %7s  %s"):format("variant", "bug", "seeds", "seconds", "what is said"))
local missed = 0
for _, kind in ipairs { "pirate", "broker" } do
  for _, bug in ipairs { "", table.unpack(bugs[kind]) } do
    local result, seconds = hunt(kind, bug)
    local is_right = bug == ""
    if is_right ~= (result.failure == nil) then missed = missed + 1 end
    local said = result.failure and printable(result.failure) or is_right and "-" or "NOT FOUND"
    print(("%-7s %-40s %5d %7.2f  %s"):format(kind, is_right and "none" or bug, result.seeds,
      seconds, said))
  end
end
os.exit(missed == 0 and 0 or 1)
