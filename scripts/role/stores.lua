--- A role's durable stores: what is declared of one, and the name of its file.
-- The folder is chosen when the node is made.
local convert = require "role/convert"

local stores = {}

local function check(context, name, declared)
  if declared == true then return end
  if type(declared) ~= "table" then
    return context:problem({ "stores", name }, "store '%s' is a table, not %s", name,
      convert.quote(declared))
  end
  for key in pairs(declared) do
    context:problem({ "stores", name, key },
      "store '%s': unknown key %s: a store is declared as {}", name, convert.quote(key))
  end
end

--- name -> { file = "jobs" }, of the second copy of a part "worker.2.jobs".
function stores.resolve(context, declared)
  local resolved = {}
  for name, value in pairs(declared) do
    check(context, name, value)
    resolved[name] = { file = context.copy .. name }
  end
  return resolved
end

return stores
