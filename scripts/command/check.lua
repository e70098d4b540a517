--- sloop check: load and check, run nothing.
local arguments = require "command/arguments"
local core = require "sloop".core
local endpoint = require "role/endpoint"
local fixed_ids = require "role/fixed_ids"
local globals = require "check/globals"
local loader = require "sloop.loader"
local one_run = require "simulation/one_run"
local problems = require "role/problems"
local roles = require "role/find"
local self_fields = require "check/self_fields"
local silent_sockets = require "check/silent_sockets"
local topology = require "topology/topology"

local check = {
  section = "write",
  usage = "ROLE|FILE ...", completes = { rest = "role" },
  text = [[
Loads each and checks it, and runs nothing: unknown keys, types and options, handlers and timers
that name nothing, clashing names, bad endpoints, state that is not declared, globals that are used
by mistake. Each problem is one line on stderr: FILE:LINE: what is wrong, and the nearest right
name. Of a topology all nodes with their entries are checked.

Warnings leave the exit status as it is: a sub without a subscription, a socket that nothing reads,
a host to connect to whose name does not resolve here, a fixed routing_id whose ROUTER may become
deaf to it.]],
  notes = "Exit status: 0 no problem, 1 problems, 2 no such role or file.",
}

-- The roles a file returns: one, or several by name.
local function roles_in(value)
  if roles.is_role(value) then return { value } end
  local several = {}
  for _, each in pairs(value) do
    if not roles.is_role(each) then return { value } end
    table.insert(several, each)
  end
  return several[1] and several or { value }
end

-- Of one role of the file: what it declares wrongly, or else what its functions do.
local function problems_of(role, path)
  local declaration, found = roles.declare(role, path)
  if found then return found end
  return self_fields.problems(declaration, loader.source(path), loader.place_of), declaration
end

-- Of the file: globals.
local function globals_of(path, known, declaration)
  local fields = declaration and declaration.owners or {}
  local found = globals.problems(loader.source(path), known, fields)
  for _, problem in ipairs(found) do problem.file = path end
  return found
end

-- The texts of the role's file and of the modules it was loaded with.
local function texts_of(path)
  local texts = { loader.source(path) }
  for file in pairs(loader.hashes()) do
    local is_users = not file:find("^scripts/") and package.loaded[file] ~= nil and file ~= path
    if is_users and loader.is_loaded(file) then table.insert(texts, (loader.source(file))) end
  end
  return table.concat(texts, "\n")
end

-- Hosts that the system does not know, each with the socket that would connect there.
local function unknown_hosts(declaration)
  local found = {}
  for name, socket in pairs(declaration.sockets) do
    for _, text in ipairs(socket.connect) do
      local host = endpoint.tcp(text)
      local reason
      if host and not endpoint.is_ipv6(text) then
        reason = select(2, core.resolve(host, socket.options.ipv6 or false))
      end
      if reason then
        table.insert(found, ("socket '%s': '%s' does not resolve: %s"):format(name, host, reason))
      end
    end
  end
  table.sort(found)
  return found
end

-- Print what is suspicious and may be right; it leaves the exit status as it is.
local function warn(path, declaration)
  for _, each in ipairs(silent_sockets.find(declaration, texts_of(path))) do
    io.stderr:write(("sloop: %s: warning: %s\n"):format(path, each.message))
  end
  arguments.warn(fixed_ids.within(declaration))
  for _, message in ipairs(unknown_hosts(declaration)) do
    io.stderr:write(("sloop: %s: warning: %s\n"):format(path, message))
  end
end

local function names_of_globals()
  local names = {}
  for name in pairs(_G) do names[name] = true end
  return names
end

-- What `act` sets as global is known to it, and gone afterwards.
local function with_globals(act)
  local before = names_of_globals()
  local status = act()
  for name in pairs(_G) do
    if not before[name] then _G[name] = nil end
  end
  return status
end

local function check_topology(name)
  local nodes, file, path, warnings = topology.load(name, { keep = true })
  if not nodes then return arguments.fail(file) end
  arguments.warn(warnings)
  for _, node in ipairs(nodes) do
    if node.number == 1 then arguments.warn(fixed_ids.within(node.declaration)) end
  end
  local reason = one_run.problem(nodes, file)
  if reason then return arguments.fail(("%s: %s"):format(path, reason)) end
  io.stdout:write(name, ": ok\n")
  return 0
end

local function check_one(name)
  local path, reason = loader.find_role(name)
  if not path then return arguments.usage_error(reason) end
  local value
  value, reason = roles.load(name)
  if not value then return arguments.fail(reason) end
  if topology.is_topology(value) then return check_topology(name) end
  local status, last = 0, nil
  for _, role in ipairs(roles_in(value)) do
    local found, declaration = problems_of(role, path)
    last = declaration or last
    if declaration then warn(path, declaration) end
    for _, problem in ipairs(found) do status = arguments.fail(problems.text(problem)) end
  end
  for _, problem in ipairs(globals_of(path, names_of_globals(), last)) do
    status = arguments.fail(problems.text(problem))
  end
  if status == 0 then io.stdout:write(name, ": ok\n") end
  return status
end

function check.run(given)
  if not given.words[1] then
    return arguments.usage_error "check what? a role, a file or a topology"
  end
  local worst = 0
  for _, name in ipairs(given.words) do
    worst = math.max(worst, with_globals(function() return check_one(name) end))
  end
  return worst
end

return check
