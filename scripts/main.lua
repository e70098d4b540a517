--- The command line: finds the command and runs it. What a command does is in its own file.
local loader = require "sloop.loader"
local nearest = require "nearest"
local sloop = require "sloop"

local USAGE <const> = 2 -- exit status: the command line makes no sense

local commands = { -- in the order of the help
  { "run", "ROLE|FILE [--option=value ...]", "run one node" },
  { "check", "ROLE|FILE", "load and check, run nothing" },
  { "list", "", "what ships with Sloop, and what is in patterns/ here" },
  { "show", "ROLE", "what a role declares" },
  { "lua", "FILE ...", "run a plain Lua program that has the module 'sloop'" },
}

local function help(file)
  file:write("usage: sloop COMMAND ...\n\n")
  for _, command in ipairs(commands) do
    file:write(("  sloop %-36s %s\n"):format(table.concat(command, " ", 1, 2), command[3]))
  end
  file:write("\nsloop COMMAND --help says more. sloop --version says what it is made of.\n")
end

local function wrong(name)
  local names = {}
  for _, command in ipairs(commands) do names[command[1]] = true end
  local near = nearest.find(name, names)
  io.stderr:write(("sloop: unknown command '%s'; %s\n"):format(name,
    near and ("did you mean '%s'?"):format(near) or "'sloop --help' lists them"))
  return USAGE
end

local function run(name)
  local program = assert(loader.load("scripts/" .. name .. ".lua"))
  table.move(arg, 0, #arg, -1) -- as if the command were the program
  arg[#arg] = nil
  return program(table.unpack(arg))
end

local flags = {
  ["--help"] = function() help(io.stdout) return 0 end,
  ["--version"] = function() print(sloop.version()) return 0 end,
}
flags["-h"], flags["-V"], flags.help = flags["--help"], flags["--version"], flags["--help"]

local name = arg[1]
if not name then
  help(io.stderr)
  return USAGE
end
if flags[name] then return flags[name]() end
for _, command in ipairs(commands) do
  if command[1] == name then return run(name) end
end
return wrong(name)
