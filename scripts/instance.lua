--- A node from its role: an instance of the role and of each part, and how they live.
-- Runs in the node's own Lua state, which calls the functions this chunk returns; gets what only
-- C can do as its argument. Knows no command line and no reload.
local core = ...
local declare = require "declare"
local loader = require "sloop.loader"

-- What C reads of an instance: bindings/self.h.
local SELF <const>, ON <const>, WAITING <const>, OWNER <const>, PART <const> = 1, 2, 3, 4, 5

local LIFE <const> = { init = true, main = true, stop = true, migrate = true, reloaded = true }

local instance = {}
local node = { all = {} } -- spec; root; all instances, parts before their owners

local tools = {
  load_role = loader.load_role,
  source = loader.source,
  socket_types = core.socket_types,
  socket_options = core.socket_options,
}

--- A copy of plain data; what is shared or cyclic stays so.
local function copy(value, copies)
  if type(value) ~= "table" then return value end
  copies = copies or {}
  if copies[value] then return copies[value] end
  local made = {}
  copies[value] = made
  for key, each in pairs(value) do made[copy(key, copies)] = copy(each, copies) end
  return made
end

-- Methods are looked up in the role at each call, so that a reload takes effect.
local function method_of(inst, key)
  local method = inst.role[key]
  if type(method) == "function" and not LIFE[key] then return method end
end

local function refuse_field(inst, key)
  local near = require "nearest".hint(key, inst.declaration.state)
  error(("self.%s is not declared in 'state'%s"):format(tostring(key), near), 3)
end

-- What is found through self but is no state: options, sockets, parts, methods.
local function new_self(inst)
  local names = { options = inst.declaration.options, name = node.spec.name, args = node.spec.args }
  for name, method in pairs(core.methods) do names[name] = method end
  setmetatable(names, { __index = function(_, key) return method_of(inst, key) end })
  inst.names = names
  return setmetatable({}, {
    inst,
    __index = names,
    __newindex = function(self, key, value)
      if inst.declaration.state[key] == nil then refuse_field(inst, key) end
      rawset(self, key, value)
    end,
    __metatable = false,
  })
end

local function in_words(inst, name, reason)
  return ("%s: socket '%s' %s"):format(inst.declaration.path, name,
    (reason:gsub("^cannot", "can't", 1)))
end

-- A socket's table as the binding takes it.
local function written(declared)
  local socket = copy(declared.options)
  socket[1], socket.bind, socket.connect = declared.type, declared.bind, declared.connect
  socket.subscribe, socket.when = declared.subscribe, declared.when
  return socket
end

-- An endpoint that was left to the system is said, so that others can connect to it.
local function announce(name, declared, socket)
  for i, asked in ipairs(declared.bind or {}) do
    local actual = socket.endpoints[i]
    if asked:find("*", 1, true) and asked:find("[:*]%*$") and actual then
      core.log(("%s is bound to %s"):format(name, actual))
    end
  end
end

local function open_sockets(inst)
  for name, declared in pairs(inst.declaration.sockets) do
    local socket = core.socket(inst, name, written(declared), declared.events)
    inst.sockets[name], inst.names[name] = socket, socket
    local ok, reason = core.open(socket)
    if not ok then return nil, in_words(inst, name, reason) end
    announce(name, declared, socket)
  end
  return true
end

local function make_sources(inst)
  for name in pairs(inst.declaration.timers) do
    inst.timers[name] = core.timer(inst, name)
  end
  for name, declared in pairs(inst.declaration.relays) do
    local relay = core.relay(inst.sockets[declared.front], inst.sockets[declared.back],
      inst.sockets[declared.capture])
    inst.relays[name], inst.names[name] = relay, relay
  end
  for _, name in ipairs(inst.declaration.signals) do
    local source, reason = core.signal(inst, name)
    if not source then
      return nil, ("%s: on.%s: %s"):format(inst.declaration.path, name, reason)
    end
    inst.signals[name] = source
  end
  return true
end

local build

local function build_parts(inst)
  for name, declared in pairs(inst.declaration.parts) do
    local selves = {}
    for i, declaration in ipairs(declared) do
      local part, reason = build(declaration, inst, name)
      if not part then return nil, reason end
      selves[i] = part[SELF]
    end
    inst.names[name] = declared.count and selves or selves[1]
  end
  return true
end

function build(declaration, owner, part)
  local inst = {
    [ON] = declaration.role.on or {}, [WAITING] = {}, [OWNER] = owner, [PART] = part,
    declaration = declaration, role = declaration.role,
    sockets = {}, timers = {}, relays = {}, signals = {},
  }
  inst[SELF] = new_self(inst)
  for name, first in pairs(declaration.state) do rawset(inst[SELF], name, copy(first)) end
  for _, step in ipairs { build_parts, open_sockets, make_sources } do
    local ok, reason = step(inst)
    if not ok then
      table.insert(node.all, inst) -- what it has opened is closed with the others
      return nil, reason
    end
  end
  table.insert(node.all, inst)
  return inst
end

local function tell(problems)
  local lines, usage = {}, true
  for i, problem in ipairs(problems) do
    local place = problem.line and ("%s:%d: "):format(problem.file, problem.line)
      or problem.file and problem.file .. ": " or ""
    lines[i] = (problem.usage and "" or place) .. problem.message
    usage = usage and problem.usage
  end
  return table.concat(lines, "\n"), usage
end

--- Load the role, check it, open its sockets: true, or nil, the reason, and whether the user is
-- to blame. `spec` is { role =, entry =, args =, name =, strict = }.
function instance.load(spec)
  node.spec = spec
  core.set_strict(spec.strict)
  local path, reason = loader.find_role(spec.role)
  if not path then return nil, reason, true end
  local role
  role, path = loader.load_role(spec.role)
  if not role then return nil, path end
  local declaration, problems = declare(role, path, spec.entry, tools)
  if not declaration then return nil, tell(problems) end
  node.root, reason = build(declaration)
  if not node.root then return nil, reason end
  return true
end

--- Run every `init`, parts first.
function instance.start()
  core.task(true, function()
    for _, inst in ipairs(node.all) do
      local init = inst.role.init
      if init then init(inst[SELF]) end
    end
    core.started()
  end)
end

local function run_main(inst)
  local main = inst.role.main
  if not main then return end
  if inst == node.root then
    core.task(true, function() core.stop(main(inst[SELF])) end)
  else
    core.task(true, function()
      local ok, reason = main(inst[SELF])
      if ok == nil and reason ~= nil then core.warn(("%s: %s"):format(inst[PART], reason)) end
    end)
  end
end

local function enable(inst)
  for name, socket in pairs(inst.sockets) do
    local declared = inst.declaration.sockets[name]
    if inst[ON][name] then core.handle(socket, declared.parallel or 1, declared.when ~= nil) end
  end
  for _, relay in pairs(inst.relays) do relay:resume() end
  for name, timer in pairs(inst.timers) do timer:set(inst.declaration.timers[name]) end
end

--- `init` is done: handlers may be called.
function instance.started()
  for _, inst in ipairs(node.all) do enable(inst) end
  for _, inst in ipairs(node.all) do run_main(inst) end
end

--- Run the next `stop`, owners before their parts; false when all have run.
function instance.next_stop()
  node.stopped = node.stopped or #node.all + 1
  while node.stopped > 1 do
    node.stopped = node.stopped - 1
    local inst = node.all[node.stopped]
    if inst.role.stop then
      core.stop_task(inst.role.stop, inst[SELF])
      return true
    end
  end
  return false
end

--- Close all that is open.
function instance.close()
  for _, inst in ipairs(node.all) do
    for _, timer in pairs(inst.timers) do timer:cancel() end
    for _, signal in pairs(inst.signals) do signal:cancel() end
    for _, socket in pairs(inst.sockets) do core.release(socket) end
  end
end

return instance
