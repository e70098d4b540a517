--- sloop show: print what a role declares.
local arguments = require "command/arguments"
local describe = require "role/describe"
local loader = require "sloop.loader"
local roles = require "role/find"

local show = {
  section = "write",
  usage = "ROLE|FILE", completes = { "role" },
  text = [[
Prints what a role declares: its comment, options, sockets, timers, relays, stores and parts.]],
}

--- Print what a role declares; the exit status.
function show.print(name)
  local path, reason = loader.find_role(name)
  if not path then return arguments.usage_error(reason) end
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
