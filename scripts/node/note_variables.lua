--- Notes what globals and the files' own locals hold when a role is loaded, so that it can be told
-- what a reload resets. Gets the node of node.lua.
local node = ...
local core = node.core
local loader = require "sloop.loader"
local upvalues = require "node/upvalues"

-- The roles of a declaration, those of parts before their owners'.
local function add_roles(declaration, list)
  for _, copies in pairs(declaration.parts) do
    for _, part in ipairs(copies) do add_roles(part, list) end
  end
  table.insert(list, declaration.role)
  return list
end

--- Of the roles of a declaration, in `node.locals` and `node.globals`.
return function(declaration)
  node.locals = upvalues.take(add_roles(declaration, {}), loader.is_loaded)
  node.globals = upvalues.take_globals(core.globals())
end
