--- A node from its role: an instance of the role and of each part, and how they live.
-- Runs in the node's own Lua state, which calls the functions this chunk returns; gets what only
-- C can do as its argument. How a running node changes is in reload.lua, what it answers to
-- questions in control.lua.
local core = ...
local declare = require "declare"
local faults = require "faults"
local loader = require "sloop.loader"
local plain = require "plain"
local upvalues = require "upvalues"

-- What C reads of an instance: bindings/self.h.
local SELF <const>, ON <const>, PART <const> = 1, 2, 5

local LIFE <const> = { init = true, main = true, stop = true, migrate = true, reloaded = true }

local instance = {}
-- What is known of the node: its spec; its root; all instances, parts before their owners.
local node = { all = {}, core = core }
instance.node = node

node.tools = {
  load_role = loader.load_role,
  source = loader.source,
  socket_types = core.socket_types,
  socket_options = core.socket_options,
}

local internal = {} -- files that are the host's own, loaded in this state too

local function note_internal()
  for path in pairs(loader.hashes()) do internal[path] = true end
end

--- Is this, a path or another key of package.loaded, a file that the role brought along?
function node.is_own_file(path)
  return type(path) == "string" and path:find("%.lua$") ~= nil and not internal[path]
end

--- The role's own files: path -> hash of the text that was compiled, false for a missing module.
function node.own_files()
  local files = {}
  for path, hash in pairs(loader.hashes()) do
    if node.is_own_file(path) then files[path] = hash end
  end
  return files
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

--- Why a socket can't be what its declaration says.
function node.in_words(inst, name, reason)
  return ("%s: socket '%s' %s"):format(inst.declaration.path, name,
    (reason:gsub("^cannot", "can't", 1)))
end

--- A socket's table as the binding takes it.
function node.written(declared)
  local socket = plain.copy(declared.options)
  socket[1], socket.bind, socket.connect = declared.type, declared.bind, declared.connect
  socket.subscribe, socket.when = declared.subscribe, declared.when
  return socket
end

--- An endpoint that was left to the system is said, so that others can connect to it.
function node.announce(name, declared, socket)
  for i, asked in ipairs(declared.bind or {}) do
    local actual = socket.endpoints[i]
    if asked:find("*", 1, true) and asked:find("[:*]%*$") and actual then
      core.log(("%s is bound to %s"):format(name, actual))
    end
  end
end

local function open_sockets(inst)
  for name, declared in pairs(inst.declaration.sockets) do
    local socket = core.socket(inst, name, node.written(declared), declared.events)
    inst.sockets[name], inst.names[name] = socket, socket
    local ok, reason = core.open(socket)
    if not ok then return nil, node.in_words(inst, name, reason) end
    node.announce(name, declared, socket)
  end
  return true
end

--- Make the relay of this name from the instance's sockets.
function node.join(inst, name)
  local declared = inst.declaration.relays[name]
  local relay = core.relay(inst.sockets[declared.front], inst.sockets[declared.back],
    inst.sockets[declared.capture])
  inst.relays[name], inst.names[name] = relay, relay
end

local function make_sources(inst)
  for name in pairs(inst.declaration.timers) do
    inst.timers[name] = core.timer(inst, name)
  end
  for name in pairs(inst.declaration.relays) do node.join(inst, name) end
  for _, name in ipairs(inst.declaration.signals) do
    local source, reason = core.signal(inst, name)
    if not source then
      return nil, ("%s: on.%s: %s"):format(inst.declaration.path, name, reason)
    end
    inst.signals[name] = source
  end
  return true
end

--- Let the owner see its parts of this name.
function node.show_parts(inst, name)
  local selves = {}
  for i, part in ipairs(inst.parts[name]) do selves[i] = part[SELF] end
  inst.names[name] = inst.declaration.parts[name].count and selves or selves[1]
end

local function build_parts(inst)
  for name, declared in pairs(inst.declaration.parts) do
    inst.parts[name] = {}
    for i, declaration in ipairs(declared) do
      local part, reason = node.build(declaration, inst, name)
      if not part then return nil, reason end
      inst.parts[name][i] = part
    end
    node.show_parts(inst, name)
  end
  return true
end

--- Make the instance of a declaration, with its parts and all it opens; nil and the reason, and
-- then what it did open is among `node.all`, to be closed with the others.
function node.build(declaration, owner, part)
  local inst = { -- the fields that C reads, in their order, so that they lie in the array part
    false, declaration.role.on or {}, {}, owner, part,
    declaration = declaration, role = declaration.role,
    sockets = {}, timers = {}, relays = {}, signals = {}, parts = {},
  }
  inst[SELF] = new_self(inst)
  for name, first in pairs(declaration.state) do rawset(inst[SELF], name, plain.copy(first)) end
  for _, step in ipairs { build_parts, open_sockets, make_sources } do
    local ok, reason = step(inst)
    if not ok then
      table.insert(node.all, inst)
      return nil, reason
    end
  end
  table.insert(node.all, inst)
  return inst
end

--- Load the role, check it, open its sockets: true, or nil, the reason, and whether the user is
-- to blame. `spec` is { role =, entry =, args =, name =, strict = }.
function instance.load(spec)
  node.spec = spec
  core.set_strict(spec.strict)
  core.set_limits(spec.handler_warn, spec.handler_limit, spec.memory)
  note_internal()
  local path, reason = loader.find_role(spec.role)
  if not path then return nil, reason, true end
  local role
  role, path = loader.load_role(spec.role)
  if not role then return nil, path end
  local declaration, problems = declare(role, path, spec.entry, node.tools)
  if not declaration then
    local text, status = faults.summary(problems)
    return nil, text, status == 2
  end
  node.root, reason = node.build(declaration)
  if not node.root then return nil, reason end
  node.since = core.methods.now()
  node.note_locals()
  return true
end

--- What is in the instance's state that is not plain data, as one line; nil when all is well. With
-- `pause` as plain.offence.
function node.offence(inst, pause)
  local fields = {}
  for name, value in next, inst[SELF] do fields[name] = value end
  return plain.offence(fields, "self", core.is_host_object, pause)
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

--- Start the instance's `main`, if it has one. Only that of the node itself ends it by returning.
function node.run_main(inst)
  local main = inst.role.main
  if not main then return end
  if inst == node.root then
    core.main_task(function() core.stop(main(inst[SELF])) end)
  else
    core.main_task(function()
      local ok, reason = main(inst[SELF])
      if ok == nil and reason ~= nil then core.warn(("%s: %s"):format(inst[PART], reason)) end
    end)
  end
end

--- Have the messages of the instance's sockets handled, as its role says now.
function node.handle_sockets(inst)
  for name, socket in pairs(inst.sockets) do
    local declared = inst.declaration.sockets[name]
    core.handle(socket, inst[ON][name] and (declared.parallel or 1) or 0, declared.when ~= nil)
  end
end

--- From now on the instance's handlers are called.
function node.enable(inst)
  node.handle_sockets(inst)
  for _, relay in pairs(inst.relays) do relay:resume() end
  for name, timer in pairs(inst.timers) do timer:set(inst.declaration.timers[name]) end
end

--- `init` is done: handlers may be called.
function instance.started()
  for _, inst in ipairs(node.all) do
    local offence = node.offence(inst)
    if offence and node.spec.strict then return core.stop(nil, offence) end
    if offence then core.warn(offence .. ": a reload can't keep it") end
  end
  for _, inst in ipairs(node.all) do node.enable(inst) end
  for _, inst in ipairs(node.all) do node.run_main(inst) end
end

--- Note what the files' own locals hold, so that it can be told what a reload resets.
function node.note_locals()
  local roles = {}
  for i, inst in ipairs(node.all) do roles[i] = inst.role end
  node.locals = upvalues.take(roles, node.is_own_file)
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

--- Close all that the instance has opened.
function node.close(inst)
  for _, timer in pairs(inst.timers) do timer:cancel() end
  for _, signal in pairs(inst.signals) do signal:cancel() end
  for _, relay in pairs(inst.relays) do core.close_relay(relay) end
  for _, socket in pairs(inst.sockets) do core.release(socket) end
end

--- Close all that is open.
function instance.close()
  for _, inst in ipairs(node.all) do node.close(inst) end
end

-- What few nodes ever need is loaded when it is needed.
local function lazy(file)
  local loaded
  return function()
    if loaded then return loaded end
    local own = node.own_files()
    loaded = assert(loader.load(file))(node, own)
    note_internal()
    for path in pairs(own) do internal[path] = nil end
    return loaded
  end
end

local reload, control = lazy "scripts/reload.lua", lazy "scripts/control.lua"
node.reload = reload

--- SIGHUP; files may have changed; probation is over, or the new code failed in it.
function instance.hang_up() return reload().hang_up() end
function instance.changed(looks) return reload().changed(looks) end
function instance.chore(failed) return reload().chore(failed) end

--- The folders whose files the node was loaded from.
function instance.folders() return reload().folders() end

--- The answer to a request of `sloop ctl`.
function instance.answer(request) return control().answer(request) end

return instance
