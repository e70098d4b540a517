--- sloop up: run a whole topology in this process.
-- Parses the command line; starting, restarting and stopping nodes is topology/supervisor.lua.
local arguments = require "command/arguments"
local node_options = require "command/node_options"
local roles = require "role/find"
local supervisor = require "topology/supervisor"
local topology = require "topology/topology"

local up = {
  section = "run",
  usage = "FILE [--OPTION=value ...]", completes = { "file" },
  text = [[
Runs all nodes of a topology in this process, spread over threads, each with a Lua state of its own,
until those that have a 'main' are done, one fails, or SIGINT or SIGTERM stops them; then all stop
in order, sources before sinks. A second signal ends the process at once.]],
  options = {
    { "set", "setting", "as --OPTION=value of `sloop run`, for that node, and repeated: "
      .. "--set worker.service=echo, --set worker.2.queue.connect=tcp://...",
      as = "NODE.OPTION=value" },
    { "only", "string", "run only these nodes of the file here; the others run on the machines "
      .. "that its 'hosts' names", as = "NODE,..." },
    { "hosts", "string", "where other nodes run, instead of what the file's 'hosts' says; an "
      .. "ADDRESS alone is that of all which have none", as = "[NODE=]ADDRESS,..." },
    { "threads", "positive", "how many threads share the nodes (one per core)" },
    table.unpack(node_options.rows { probation = true }),
  },
  notes = [[
Options of `sloop run` hold for every node, --name for the topology.

In the file a node's entry has, besides what its role declares, 'count = N' for numbered copies;
'thread = true' for a thread of its own, or a name for one that is shared; 'restart = true' to be
started again when it fails, after a delay that grows. With 'hosts = { broker = "10.0.0.7" }' in the
file, or --hosts=broker=10.0.0.7, "@broker.router" stands for the right address also where --only
runs another part.

Exit status: 0 done, 1 a node failed (or what its role says, 3 to 125), 2 wrong usage.

  sloop up patterns/pipeline/topology.lua --set ventilator.most=10]],
}

local function names_in(text)
  local names = {}
  for name in text:gmatch "[^,%s]+" do table.insert(names, name) end
  return names
end

-- "broker=10.0.0.7,10.0.0.8": { broker = "10.0.0.7", ["*"] = "10.0.0.8" }.
local function hosts_in(text)
  local hosts = {}
  for each in text:gmatch "[^,%s]+" do
    local name, address = each:match "^([^=]*)=(.*)$"
    hosts[name or "*"] = address or each
  end
  return hosts
end

function up.run(given)
  local flags, file = given.flags, given.words[1]
  if not file or given.words[2] then
    return arguments.usage_error "run one topology file: sloop up FILE"
  end
  local options = {
    settings = flags.set, only = flags.only and names_in(flags.only), one_program = true,
    hosts = flags.hosts and hosts_in(flags.hosts),
  }
  local nodes, reason, path, warnings = topology.load(file, options)
  if not nodes then return arguments.fail(reason, path) end -- path: here the exit status
  arguments.warn(warnings)
  flags.path = path
  flags.load = function() return topology.reload(file, options) end
  flags.name = flags.name or roles.as_name(path:match("([^/]*)/topology%.lua$")
    or path:match("([^/]*)%.lua$") or path:match("[^/]*$"))
  local status
  status, reason = supervisor.run(nodes, flags)
  if reason then return arguments.fail(reason, status) end
  return status
end

return up
