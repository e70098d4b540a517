--- A role that answers requests with a function, made of one that answers them with its method
-- `work`: `return serve(worker, function(self, text) return text:upper() end)`. `more` adds to the
-- role as a file has it: { options = ..., state = ..., parts = ... }.
local extend = require "sloop.extend_role"

local function expected(kind, value)
  if type(value) == kind then return end
  -- Level 3 is the user's file: workers call this as the last thing that their `serve` does.
  error(("serve expects a %s, got %s"):format(kind, value == nil and "none" or type(value)), 3)
end

return function(role, work, more)
  expected("function", work)
  if more ~= nil then expected("table", more) end
  return extend(extend(role, { work = work }), more or {})
end
