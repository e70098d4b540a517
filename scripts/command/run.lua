--- sloop run: one node, from start to end. The node has a Lua state of its own; here the command
-- line is understood, and what the node has to say at its end is said.
local cli = require "command/arguments"
local help = require "command/help"
local loader = require "sloop.loader"
local names = require "role/names"
local portrait = require "role/describe"
local roles = require "role/find"
local sloop = require "sloop"

local given, wrong = cli.parse(arg, names.flags, true)
if not given then return cli.wrong(wrong) end

local name = table.remove(given.words, 1)
if not name then
  if given.flags.help then
    io.stdout:write(help.text "run", "\n")
    return 0
  end
  return cli.wrong "run which role? 'sloop list' names them; 'sloop run --help' says more"
end

local path, reason = loader.find_role(name)
if not path then return cli.wrong(reason) end

if given.flags.help then
  local declaration
  declaration, reason = roles.describe(name)
  if not declaration then return cli.fail(reason) end
  io.stdout:write(portrait.text(name, declaration, loader.source(path)))
  return 0
end

local spec = given.flags -- as core.run takes it
spec.role, spec.args, spec.entry = name, given.words, { ["--"] = given.settings }
spec.name = spec.name or roles.title(name)
spec.strict, spec.watch = spec.strict or false, spec.watch or false

local status, result, problem = sloop.core.run(spec)
if status ~= 0 and result then problem = result[2] end -- `main` returned nil and why
if problem ~= nil then return cli.fail(problem, status) end
return status
