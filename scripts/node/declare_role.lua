--- From a role to its declaration. Needed at the start and at a reload, and by far the largest of
-- what a node needs then. Gets the node of node.lua.
local node = ...
local core = node.core
local declare = require "role/declare"
local problems = require "role/problems"
local loader = require "sloop.loader"

local declare_role = {}

--- The declaration of a role of this node, as declare.lua answers.
function declare_role.declare(role, path, entry)
  return declare(role, path, entry, {
    load_role = loader.load_role, source = loader.source, place_of = loader.place_of,
    socket_types = core.socket_types(), socket_options = core.socket_options(),
    signals = core.signals(),
  })
end

--- The declaration of the node's role; or nil, the reason, and whether the user is to blame.
function declare_role.begin(role, path)
  local declaration, found = declare_role.declare(role, path, node.spec.entry)
  if not declaration then
    local text, status = problems.summary(found)
    return nil, text, status == 2
  end
  return declaration
end

return declare_role
