--- The command line: finds the command, parses its options, answers --help, and runs it.
-- What a command does is in its own file; how it is found, in commands.lua.
local arguments = require "command/arguments"
local commands = require "command/commands"
local nearest = require "base/nearest"
local sloop = require "sloop"

local function say(text)
  io.stdout:write(text, "\n")
  return 0
end

local function run(name, words)
  local command = commands.find(name)
  if not command then
    local hint = nearest.hint(name, commands.list())
    return arguments.usage_error(("unknown command '%s'%s"):format(name,
      hint ~= "" and hint or "; 'sloop --help' lists them"))
  end
  if command.verbatim then
    if words[1] == "--help" or words[1] == "-h" then return say(commands.help(command)) end
    return command.run { flags = {}, settings = {}, words = words }
  end
  local given, wrong = arguments.parse(words, command.options or {}, command.settings)
  if not given then return arguments.usage_error(wrong) end
  -- `sloop run ROLE --help` is the help of the role
  local is_own = given.flags.help and not (command.role_help and given.words[1])
  if is_own then return say(commands.help(command)) end
  return command.run(given)
end

local flags = {
  ["--help"] = function() return say(commands.overview()) end,
  ["--version"] = function() return say(sloop.version()) end,
}
flags["-h"], flags["-V"], flags.help = flags["--help"], flags["--version"], flags["--help"]

local words = table.move(arg, 1, #arg, 1, {})
if words[1] == "help" and words[2] and commands.find(words[2]) then
  words = { words[2], "--help" }
end
local name = table.remove(words, 1)
if not name then
  io.stderr:write(commands.overview(), "\n")
  return arguments.USAGE
end
if flags[name] and not (name == "help" and (words[1] or commands.find "help")) then
  return flags[name]()
end
return run(name, words)
