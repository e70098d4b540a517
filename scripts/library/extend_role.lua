--- A role made from another: tables are merged by key, and values of `changes` win.
--
--   return extend(require "majordomo/worker", { options = { service = "upper" } })
local function extend(role, changes)
  local made = {}
  for key, value in pairs(role) do made[key] = value end
  for key, value in pairs(changes) do
    local base = made[key]
    local both = type(base) == "table" and type(value) == "table"
      and #base == 0 and #value == 0 -- a list is replaced
    made[key] = both and extend(base, value) or value
  end
  return made
end

return extend
