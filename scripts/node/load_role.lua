--- Loads the role of a node that starts. Gets the node of node.lua.
local node = ...
local core = node.core
local loader = require "sloop.loader"

local load_role = {}

--- The node's role and its path; or nil, the reason, and whether the user is to blame.
function load_role.load()
  local spec = node.spec
  core.set_strict(spec.strict)
  core.track_connections(spec.connections ~= false)
  core.set_limits(spec.handler_warn, spec.handler_limit, spec.memory)
  local path, reason = loader.find_role(spec.role)
  if not path then return nil, reason, true end
  local role
  role, path = loader.load_role(spec.role)
  if not role then return nil, path end
  return role, path
end

return load_role
