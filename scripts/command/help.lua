--- What `--help` says, for sloop and for each of its commands.
local columns = require "command/columns"

local help = {}

-- In the order of the help: name, arguments, what it does.
help.commands = {
  { "run", "ROLE|FILE [--OPTION=value ...]", "run one node" },
  { "up", "FILE [--threads=N]", "run a whole topology in this process" },
  { "sim", "FILE [--seeds=N | --seed=S]", "a topology in virtual time, under seeded faults" },
  { "check", "ROLE|FILE ...", "load and check, run nothing" },
  { "list", "", "name the roles there are" },
  { "show", "ROLE|FILE", "say what a role declares" },
  { "ctl", "[NODE] [REQUEST ...]", "ask running nodes, reload and stop them" },
  { "lua", "FILE ...", "run a plain Lua program that has the module 'sloop'" },
}

local texts = {}

texts.run = [[
usage: sloop run ROLE|FILE [--OPTION=value ...] [ARGUMENT ...]

Runs one node until its work is done, or until SIGINT or SIGTERM ends it in order. ROLE is one
that `sloop list` names; FILE is a script that returns a role.

What the role declares is given like this ('-' and '_' are the same in names):

  --OPTION=value           an option of the role; a boolean also as --OPTION or --no-OPTION,
                           a list by giving it again and again
  --SOCKET.bind=ENDPOINT   where a socket binds, instead of what the role says
  --SOCKET.connect=ENDPOINT
                           where it connects; both may be given again and again
  --SOCKET.OPTION=value    an option of libzmq, as --clients.rcvhwm=10000
  --PART.OPTION=value      the same, for a part of the role; --PART.2.OPTION for its second copy

`sloop run ROLE --help` lists them for that role. And for every node:

  --name=NAME              what it is called, in its log and to `sloop ctl`
  --strict                 the first error in a handler ends the node with exit status 1
  --watch                  load the script again whenever it changes
  --probation=N            after a reload, go back to the old code if the new one raises more
                           than N errors in its first 5 seconds
  --data=DIR               where its stores are
  --handler-warn=MS        report a handler that computes for so long (100; 0: never)
  --handler-limit=MS       end a handler that computes for so long (10000; 0: never)
  --memory=MIB             what its Lua state may use
  --control=PATH|none      its control socket

What follows "--", and what does not begin with "--", is `self.args`.

Exit status: 0 done, 1 failed, 2 wrong usage.

  sloop run lazy_pirate/server
  sloop run lazy_pirate/client --server=tcp://localhost:5555 --timeout=1000]]

texts.up = [[
usage: sloop up FILE [--set NODE.OPTION=value ...] [--threads=N]

Runs all nodes of a topology in this process, spread over threads, each with a Lua state of its own,
until those that have a 'main' are done, one fails, or SIGINT or SIGTERM ends them; then all end in
order, sources before sinks. A second signal ends the process at once.

  --set NODE.OPTION=value  as --OPTION=value of `sloop run`, for that node, again and again:
                           --set worker.service=echo, --set worker.2.queue.connect=tcp://...
  --threads=N              how many threads share the nodes (one per core)
  --name=NAME              what the topology is called to `sloop ctl`
  --strict --watch --data=DIR --handler-warn=MS --handler-limit=MS --memory=MIB --control=PATH|none
                           as for `sloop run`, for every node

In the file a node's entry has, besides what its role declares, 'count = N' for numbered copies;
'thread = true' for a thread of its own, or a name for one that is shared; 'restart = true' to be
started again when it fails, after a while that grows.

Exit status: 0 done, 1 a node failed, 2 wrong usage.

  sloop up patterns/pipeline/topology.lua --set ventilator.most=10]]

texts.sim = [[
usage: sloop sim FILE [--seeds=N] [--from=S] [--jobs=J] [--time=MS] [--keep-going] [--shrink]
       sloop sim FILE --seed=S [--trace | --trace=FILE] [--diagram] [--shrink]

Runs a whole topology of unchanged scripts in virtual time, on a virtual network, under faults
that a seed draws, and checks the promise that the file's 'check' states. The same seed gives the
same run, event for event.

  --seeds=N        how many runs (100); --from=S is the first seed (1)
  --jobs=J         so many processes at once
  --time=MS        stop when so much time has gone by
  --keep-going     do not stop at the first failure
  --seed=S         only this run; with --trace it is told line by line, or written to a file;
                   with --diagram it is drawn as a Mermaid sequence diagram
  --shrink         cut a failing run to the fewest faults that still fail, and write it as a file
                   that `sloop sim` runs

Exit status: 0 every run kept its promise, 1 one did not, 2 wrong usage.

  sloop sim patterns/majordomo/topology.lua --seeds=10000 --jobs=2]]

texts.ctl = [[
usage: sloop ctl [NODE] [REQUEST ...] [--json]

Without a node: lists those that are running. NODE is the name `sloop ctl` shows, or the path of a
control socket; or a node of a topology, also as TOPOLOGY/NODE. A topology by itself has a
status, and can be reloaded and stopped. The requests:

  status               what it is, its code, sockets, timers, counts (if nothing else is said)
  reload               load its script again; if that fails the old code goes on
  stop                 end it in order
  set OPTION=value     as on the command line: set timeout=500, set queue.connect=tcp://...
  state [PATH]         what it remembers: state workers.w1
  eval EXPRESSION      run this in the node and print the value: eval '#self.requests'

--json prints the answer for a program to read.

Exit status: 0 done, 1 refused or no such node, 2 wrong usage.]]

texts.check = [[
usage: sloop check ROLE|FILE ...

Loads each and checks it, and runs nothing: unknown keys, types and options, handlers and timers
that name nothing, clashing names, bad endpoints, state that is not declared. Each problem is one
line on stderr: FILE:LINE: what is wrong, and the nearest right name.

Exit status: 0 all is well, 1 there are problems, 2 no such role or file.]]

texts.list = [[
usage: sloop list

Names the roles that `sloop run` finds, with the first line of their comment: those in the folders
of SLOOP_PATH, those in ./patterns and those that ship with Sloop.]]

texts.show = [[
usage: sloop show ROLE|FILE

Says what a role declares: its comment, options, sockets, timers, relays, stores and parts.]]

local function overview()
  local rows = {}
  for i, command in ipairs(help.commands) do
    rows[i] = { table.concat({ "sloop", command[1], command[2] }, " "), command[3] }
  end
  return table.concat({
    "usage: sloop COMMAND ...\n",
    "Runs Lua scripts as ZeroMQ nodes.\n",
    columns.text(rows, 2, 2) .. "\n",
    "`sloop COMMAND --help` says more; `sloop --version` says what it is made of.",
  }, "\n")
end

--- The help of a command, or of sloop when none is named.
function help.text(command)
  if not command then return overview() end
  return texts[command]
end

return help
