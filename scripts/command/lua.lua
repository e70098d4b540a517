--- sloop lua: runs a plain Lua program in which `require "sloop"` works. Specs and tools run so.
local loader = require "sloop.loader"

local HELP <const> = [[
usage: sloop lua FILE [ARGUMENT ...]

Runs FILE as lua would, with the module 'sloop' and with Sloop's require. "-" is stdin.]]

if not arg[1] or arg[1] == "--help" or arg[1] == "-h" then
  local file = arg[1] and io.stdout or io.stderr
  file:write(HELP, "\n")
  return arg[1] and 0 or 2
end

table.move(arg, -1, #arg, -2) -- as if FILE were the program
arg[#arg] = nil

local program, reason
if arg[0] == "-" then
  program, reason = load(io.read("a"), "=stdin", "t")
else
  program, reason = loader.load(arg[0])
end
if not program then
  io.stderr:write("sloop: ", reason, "\n")
  return 1
end

local function explain(message)
  local has_text = type(message) == "string" or (getmetatable(message) or {}).__tostring
  message = has_text and tostring(message) or ("(error object is a %s value)"):format(type(message))
  return debug.traceback(message, 2)
end

local ok, trace = xpcall(program, explain, table.unpack(arg))
if not ok then io.stderr:write("sloop: ", trace, "\n") end
return ok and 0 or 1
