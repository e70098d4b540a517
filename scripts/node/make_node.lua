--- From a declaration to what a node consists of: builds an instance of the role and of each part,
-- and opens what they declare. Needed at the start and at a reload, not in between. Gets the node
-- of node.lua.
local node = ...
local core = node.core
local plain = require "base/plain_data"

-- What C reads of an instance: bindings/objects/self.h.
local SELF <const> = 1

local make_node = {}

-- ---- what it opens ----

--- Why a socket can't be what its declaration says.
function make_node.in_words(inst, name, reason)
  return ("%s: socket '%s' %s"):format(inst.declaration.path, name,
    (reason:gsub("^cannot", "can't", 1)))
end

--- A socket's table as the binding takes it.
function make_node.written(declared)
  local socket = plain.copy(declared.options)
  socket[1], socket.bind, socket.connect = declared.type, declared.bind, declared.connect
  socket.subscribe, socket.when = declared.subscribe, declared.when
  return socket
end

--- An endpoint that was left to the system is said, so that others can connect to it.
function make_node.announce(name, declared, socket)
  for i, asked in ipairs(declared.bind or {}) do
    local actual = socket.endpoints[i]
    if asked:find("*", 1, true) and asked:find("[:*/]%*$") and actual then
      core.log(("%s is bound to %s"):format(name, actual))
    end
  end
end

local function open_sockets(inst)
  for name, declared in pairs(inst.declaration.sockets) do
    local socket = core.socket(inst, name, make_node.written(declared), declared.events)
    inst.sockets[name], inst.names[name] = socket, socket
    local ok, reason = core.open(socket)
    if not ok then return nil, make_node.in_words(inst, name, reason) end
    make_node.announce(name, declared, socket)
  end
  return true
end

--- Make the relay of this name from the instance's sockets.
function make_node.join(inst, name)
  local declared = inst.declaration.relays[name]
  local relay = core.relay(inst.sockets[declared.front], inst.sockets[declared.back])
  if declared.capture then assert(core.capture(relay, inst.sockets[declared.capture])) end
  inst.relays[name], inst.names[name] = relay, relay
end

local function open_stores(inst)
  if not next(inst.declaration.stores) then return true end
  return node.tool "node/stores".open_all(inst)
end

local function open_inputs(inst)
  if not next(inst.declaration.inputs) then return true end
  return node.tool "node/inputs".open(inst.declaration)
end

local function make_sources(inst)
  for name in pairs(inst.declaration.timers) do
    inst.timers[name] = core.timer(inst, name)
  end
  for name in pairs(inst.declaration.relays) do make_node.join(inst, name) end
  for _, name in ipairs(inst.declaration.signals) do
    local source, reason = core.signal(inst, name)
    if not source then
      return nil, ("%s: on.%s: %s"):format(inst.declaration.path, name, reason)
    end
    inst.signals[name] = source
  end
  return true
end

-- ---- instances ----

--- Let the owner see its parts of this name.
function make_node.show_parts(inst, name)
  local selves = {}
  for i, part in ipairs(inst.parts[name]) do selves[i] = part[SELF] end
  inst.names[name] = inst.declaration.parts[name].count and selves or selves[1]
end

local function build_parts(inst)
  for name, declared in pairs(inst.declaration.parts) do
    inst.parts[name] = {}
    for i, declaration in ipairs(declared) do
      local part, reason = make_node.build(declaration, inst, name)
      if not part then return nil, reason end
      inst.parts[name][i] = part
    end
    make_node.show_parts(inst, name)
  end
  return true
end

--- Make the instance of a declaration, with its parts and all it opens; nil and the reason, and
-- then what it did open is among `node.all`, to be closed with the others.
function make_node.build(declaration, owner, part)
  local inst = { -- the fields that C reads, in their order, so that they lie in the array part
    false, declaration.role.on or {}, {}, owner, part,
    declaration = declaration, role = declaration.role,
    sockets = {}, timers = {}, relays = {}, stores = {}, signals = {}, parts = {},
  }
  inst[SELF] = node.new_self(inst, core.methods)
  for name, first in pairs(declaration.state) do rawset(inst[SELF], name, plain.copy(first)) end
  for _, step in ipairs { build_parts, open_stores, open_inputs, open_sockets, make_sources } do
    local ok, reason = step(inst)
    if not ok then
      table.insert(node.all, inst)
      return nil, reason
    end
  end
  table.insert(node.all, inst)
  return inst
end

--- Build the node of the declaration of its role: true, or nil and the reason.
function make_node.begin(declaration)
  local reason
  node.root, reason = make_node.build(declaration)
  if not node.root then return nil, reason end
  node.since = core.methods.now()
  return true
end

return make_node
