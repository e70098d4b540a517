--- What there is, for specs that hold documents and types to it: names in tables and in sources.
local helper = require "spec.helper"

local reference = {}

--- The keys of these tables, and the values of their lists, sorted.
function reference.sorted(...)
  local all = {}
  for i = 1, select("#", ...) do
    for key, value in pairs((select(i, ...))) do
      table.insert(all, type(key) == "number" and value or key)
    end
  end
  table.sort(all)
  return all
end

--- The keys of the table that a file's local variable is, sorted.
function reference.keys_of(path, variable)
  local found = {}
  local block = helper.read(path):match("\nlocal " .. variable .. " <const> = (%b{})"):sub(2)
  for name in block:gsub("%b{}", ""):gmatch "([%w_]+) =" do table.insert(found, name) end
  table.sort(found)
  return found
end

return reference
