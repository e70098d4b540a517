--- sloop run: run one node.
-- The node has a Lua state of its own; this one parses the command line and reports the result.
local arguments = require "command/arguments"
local data_folder = require "base/data_folder"
local loader = require "sloop.loader"
local node_options = require "command/node_options"
local roles = require "role/find"
local show = require "command/show"
local sloop = require "sloop"

local run = {
  section = "run",
  usage = "ROLE|FILE [--OPTION=value ...]",
  text = [[
Runs one node until its work is done, or until SIGINT or SIGTERM stops it in order. ROLE is one
that `sloop list` names; FILE is a script that returns a role.

What the role declares is given like this ('-' and '_' are the same in names):

  --OPTION=value           an option of the role; a boolean also as --OPTION or --no-OPTION,
                           a list by repeating it
  --SOCKET.bind=ENDPOINT   where a socket binds, instead of what the role says
  --SOCKET.connect=ENDPOINT
                           where it connects; both may be repeated
  --SOCKET.OPTION=value    an option of libzmq, as --clients.rcvhwm=10000
  --PART.OPTION=value      the same, for a part of the role; --PART.2.OPTION for its second copy

`sloop run ROLE --help` lists them for that role. And for every node:]],
  options = node_options.rows(),
  notes = [[
What follows "--", and what does not begin with "--", is `self.args`.

Exit status: 0 done, 1 failed, 2 wrong usage, 3 to 125 what the role says.

  sloop run lazy_pirate/server
  sloop run lazy_pirate/client --server=tcp://localhost:5555 --timeout=1000]],
  settings = true, role_help = true, completes = { "role", rest = "file" },
}

function run.run(given)
  local name = table.remove(given.words, 1)
  if not name then
    return arguments.usage_error(
      "run which role? 'sloop list' names them; 'sloop run --help' says more")
  end
  local path, reason = loader.find_role(name)
  if not path then return arguments.usage_error(reason) end
  if given.flags.help then return show.print(name) end

  local spec = given.flags -- as core.run takes it
  spec.role, spec.path, spec.args = name, path, given.words
  spec.entry = { ["--"] = given.settings }
  spec.name = spec.name or roles.title(name, path)
  spec.strict, spec.watch = spec.strict or false, spec.watch or false
  spec.data = data_folder(spec.name, spec.data)
  local status, result, problem = sloop.core.run(spec)
  if status ~= 0 and result then problem = result[2] end -- `main` returned nil and a reason
  if problem ~= nil then return arguments.fail(problem, status) end
  return status
end

return run
