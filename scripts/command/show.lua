--- sloop show: print what a role or a topology declares.
local arguments = require "command/arguments"
local describe = require "role/describe"
local describe_topology = require "topology/describe"
local loader = require "sloop.loader"
local roles = require "role/find"
local topology = require "topology/topology"

local show = {
  section = "write",
  usage = "ROLE|FILE", completes = { "role" },
  text = [[
Prints what a role declares: its comment, options, sockets, timers, relays, stores and parts; or
the nodes of a topology.]],
}

local function print_topology(name)
  local nodes, file, path = topology.load(name)
  if not nodes then return arguments.fail(file) end
  io.stdout:write(describe_topology.text(path, nodes, file, loader.source(path)))
  return 0
end

--- Print what a role or a topology declares; the exit status.
function show.print(name)
  local path, reason = loader.find_role(name)
  if not path then return arguments.usage_error(reason) end
  local value
  value, reason = roles.load(name)
  if not value then return arguments.fail(reason) end
  if topology.is_topology(value) then return print_topology(name) end
  local declaration
  declaration, reason = roles.describe(name)
  if not declaration then return arguments.fail(reason) end
  io.stdout:write(describe.text(name, declaration, loader.source(path)))
  return 0
end

function show.run(given)
  if #given.words ~= 1 then
    return arguments.usage_error "show one role: 'sloop list' names them"
  end
  return show.print(given.words[1])
end

return show
