--- sloop list: name the roles there are.
local arguments = require "command/arguments"
local columns = require "base/columns"
local roles = require "role/find"

local list = {
  section = "write",
  usage = "",
  text = [[
Names the roles that `sloop run` finds, with the first line of their comment: those in the folders
of SLOOP_PATH, those in ./patterns and those that ship with Sloop.]],
}

function list.run(given)
  if given.words[1] then
    return arguments.usage_error "list takes no argument; 'sloop show ROLE' shows one"
  end
  local rows = {}
  for i, role in ipairs(roles.list()) do rows[i] = { role.name, role.comment } end
  if rows[1] then io.stdout:write(columns.text(rows, 0, 2), "\n") end
  return 0
end

return list
