--- The command line: finds the command and runs it. What a command does is in its own file.
local help = require "command/help"
local loader = require "sloop.loader"
local nearest = require "base/nearest"
local sloop = require "sloop"

local USAGE <const> = 2 -- exit status: the command line makes no sense

local function wrong(name)
  local names = {}
  for _, command in ipairs(help.commands) do names[command[1]] = true end
  local near = nearest.find(name, names)
  io.stderr:write(("sloop: unknown command '%s'%s\n"):format(name,
    near and (" (did you mean '%s'?)"):format(near) or "; 'sloop --help' lists them"))
  return USAGE
end

local function run(name)
  local program = assert(loader.load("scripts/command/" .. name .. ".lua"))
  table.move(arg, 0, #arg, -1) -- as if the command were the program
  arg[#arg] = nil
  return program(table.unpack(arg))
end

local flags = {
  ["--help"] = function() io.stdout:write(help.text(), "\n") return 0 end,
  ["--version"] = function() print(sloop.version()) return 0 end,
}
flags["-h"], flags["-V"], flags.help = flags["--help"], flags["--version"], flags["--help"]

if arg[1] == "help" and arg[2] then arg = { [0] = arg[0], arg[2], "--help" } end
local name = arg[1]
if not name then
  io.stderr:write(help.text(), "\n")
  return USAGE
end
if flags[name] then return flags[name]() end
for _, command in ipairs(help.commands) do
  if command[1] == name then return run(name) end
end
return wrong(name)
