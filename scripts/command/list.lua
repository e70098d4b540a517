--- sloop list: the roles there are, each with the first line of its comment.
local cli = require "command/arguments"
local columns = require "command/columns"
local help = require "command/help"
local roles = require "role/find"

local given, wrong = cli.parse(arg, {})
if not given then return cli.wrong(wrong) end
if given.flags.help then
  io.stdout:write(help.text "list", "\n")
  return 0
end
if given.words[1] then return cli.wrong "list takes no argument; 'sloop show ROLE' shows one" end

local rows = {}
for i, role in ipairs(roles.list()) do rows[i] = { role.name, role.comment } end
if rows[1] then io.stdout:write(columns.text(rows, 0, 2), "\n") end
return 0
