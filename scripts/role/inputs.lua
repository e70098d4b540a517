--- A role's inputs: what lines come from, and the handlers that get them.
local convert = require "role/convert"
local sorted_keys = require "base/sorted_keys"

local inputs = {}

-- A program has one standard input, so one input of a role and its parts may have it.
local function take(context, name)
  local owner = context.readers.stdin
  if owner then
    return context:problem({ "inputs", name },
      "input '%s': '%s' reads stdin already, and only one can", context.prefix .. name, owner)
  end
  context.readers.stdin = context.prefix .. name
end

--- name -> "stdin".
function inputs.resolve(context, declared)
  local resolved = {}
  for _, name in ipairs(sorted_keys(declared)) do -- of two the same is reported every time
    local source = declared[name]
    resolved[name] = "stdin"
    if source == "stdin" then
      take(context, name)
    else
      context:problem({ "inputs", name }, "input '%s' is \"stdin\", not %s", name,
        convert.quote(source))
    end
  end
  return resolved
end

--- The name of the input of a declaration or of one of its parts, "chat.keyboard"; or nil.
function inputs.name(declaration)
  local name = next(declaration.inputs)
  if name then return name end
  for part, copies in pairs(declaration.parts) do
    for i, copy in ipairs(copies) do
      local below = inputs.name(copy)
      if below then return ("%s%s.%s"):format(part, copies.count and "." .. i or "", below) end
    end
  end
end

return inputs
