--- What a running node answers to `sloop ctl`: each request is a table, so is each answer.
-- An answer is { ok = true, ... } or { ok = false, reason = }. Gets the node node.lua built.
local node = ...
local core = node.core
local asked_by = require "base/asked_by"
local convert = require "role/convert"
local error_text = node.tool "node/error_text"
local inspect = require "base/inspect"
local key_path = require "base/key_path"
local plain_data = require "base/plain_data"
local role_names = require "base/names"
local sorted_keys = require "base/sorted_keys"

local SELF <const> = 1
local INVALID <const> = "invalid control request"

local answers = {}

-- Instances by the name a user knows: the node's own has none, its parts come after it.
local function walk(inst, prefix, visit)
  visit(inst, prefix)
  for name, parts in pairs(inst.parts) do
    for i, part in ipairs(parts) do
      local copy = #parts > 1 and ("%s.%d"):format(name, i) or name
      walk(part, prefix .. copy .. ".", visit)
    end
  end
end

function answers.status()
  local info, reload = core.info(), node.tool "node/reload"
  local status = {
    ok = true, name = node.spec.name, pid = core.pid(), role = node.root.declaration.path,
    generation = info.generation, hash = reload.hash(), uptime = core.methods.now() - node.since,
    reloads = { done = reload.done, refused = reload.refused, reason = reload.reason,
                took = reload.took },
    sockets = {}, timers = {}, relays = {}, stores = {}, inputs = {}, parts = {},
    data = next(node.stores) and node.spec.data or nil,
    slow = info.slow, ended = info.ended, computing = info.computing,
    errors = info.errors, memory = info.memory, waiting = info.waiting,
  }
  walk(node.root, "", function(inst, prefix)
    for name, socket in pairs(inst.sockets) do
      local declared = inst.declaration.sockets[name]
      local entry = core.counts(socket)
      entry.connections = plain_data.copy(entry.connections)
      for _, each in pairs(entry.connections or {}) do
        each.age, each.since = core.methods.now() - each.since, nil
      end
      entry.type, entry.bound, entry.connect = declared.type, socket.endpoints, declared.connect
      status.sockets[prefix .. name] = entry
    end
    for name, ms in pairs(inst.declaration.timers) do status.timers[prefix .. name] = ms end
    for name, relay in pairs(inst.relays) do
      local counts = relay:counts()
      counts.taps = 0
      for _, tap in pairs(node.taps) do
        if tap.relay == relay then counts.taps = counts.taps + 1 end
      end
      status.relays[prefix .. name] = counts
    end
    for name, store in pairs(inst.stores) do
      status.stores[prefix .. name] = core.store_counts(store)
    end
    for name, source in pairs(inst.declaration.inputs) do
      local entry = node.inputs[source]:counts()
      entry.source, status.inputs[prefix .. name] = source, entry
    end
    if prefix ~= "" then status.parts[prefix:sub(1, -2)] = inst.declaration.path end
  end)
  return status
end

function answers.reload()
  local before = core.info().generation
  local ok, reason = node.tool "node/reload".reload()
  if not ok then return { ok = false, reason = reason } end
  local generation = core.info().generation
  return { ok = true, changed = generation ~= before, generation = generation,
           hash = node.tool "node/reload".hash() }
end

function answers.stop(request)
  core.log(asked_by(request) .. ": stopping")
  core.stop()
  return { ok = true }
end

-- The value that a setting is for, as text: of an option, of a part's, of a socket's; or nil.
local function value_of(declaration, path)
  for i, name in ipairs(path) do
    local parts, socket = declaration.parts[name], declaration.sockets[name]
    if i == #path then
      local value = declaration.options[name]
      return value ~= nil and convert.text(value) or nil
    elseif socket and i == #path - 1 then
      local value = socket[path[i + 1]]
      if value == nil then value = socket.options[path[i + 1]] end
      return value ~= nil and convert.text(value) or nil
    end
    declaration = parts and (parts[tonumber(path[i + 1])] or parts[1])
      or tonumber(name) and declaration
    if not declaration then return nil end
  end
end

function answers.start()
  return { ok = false, reason = "only a node of a topology can be started and restarted" }
end

answers.restart = answers.start

-- Of a topology to its nodes: the node's entry in the file has changed.
function answers.entry(request)
  if type(request.entry) ~= "table" then return { ok = false, reason = INVALID } end
  local ok, reason = node.tool "node/reload".set_entry(request.entry)
  if not ok then core.warn("new options refused, the old ones stay: " .. reason) end
  return { ok = ok or false, reason = reason }
end

local function are_settings(settings)
  if type(settings) ~= "table" then return false end
  for _, setting in ipairs(settings) do
    local path = type(setting) == "table" and setting.path
    if type(path) ~= "table" or #path == 0 then return false end
    for _, name in ipairs(path) do
      if type(name) ~= "string" then return false end
    end
  end
  return true
end

function answers.set(request)
  if not are_settings(request.settings) then return { ok = false, reason = INVALID } end
  local before, changes = {}, {}
  for i, setting in ipairs(request.settings) do
    before[i] = value_of(node.root.declaration, setting.path)
  end
  local ok, reason = node.tool "node/reload".set(request.settings)
  if not ok then return { ok = false, reason = reason } end
  for i, setting in ipairs(request.settings) do
    changes[i] = { option = table.concat(setting.path, "."), old = before[i],
                   new = value_of(node.root.declaration, setting.path) }
  end
  return { ok = true, changes = changes }
end

-- Relays by the name a user knows: { instance, relay, is it one of publishers and subscribers }.
local function relays()
  local found = {}
  walk(node.root, "", function(inst, prefix)
    for name, relay in pairs(inst.relays) do
      local front = inst.declaration.sockets[inst.declaration.relays[name].front]
      found[prefix .. name] = { inst, relay, front.type == "xsub" or front.type == "xpub" }
    end
  end)
  return found
end

-- The name of the relay that is meant, or nil and the reason.
local function which(found, name)
  local names = sorted_keys(found)
  if #names == 0 then return nil, "this node has no relay" end
  if not name and #names == 1 then return names[1] end
  if found[name or ""] then return name end
  return nil, ("%s: it has %s"):format(name and ("no relay '%s'"):format(name) or "which relay",
    table.concat(names, ", "))
end

function answers.tap(request)
  if type(request.endpoint) ~= "string" then return { ok = false, reason = INVALID } end
  local found = relays()
  local name, reason = which(found, request.relay)
  if not name then return { ok = false, reason = reason } end
  local inst, relay, has_subscriptions = table.unpack(found[name])
  local ok
  ok, reason = node.tool "node/taps".attach(inst, relay, request.endpoint)
  if not ok then return { ok = false, reason = reason } end
  return { ok = true, relay = name, subscriptions = has_subscriptions }
end

function answers.untap(request)
  return { ok = true, missed = node.tool "node/taps".detach(request.endpoint or "") }
end

-- Of a topology to its nodes: the nodes bound to these names, a set, have been started again.
function answers.reconnect(request)
  walk(node.root, "", function(inst)
    for name, socket in pairs(inst.sockets) do
      for _, endpoint in ipairs(inst.declaration.sockets[name].connect or {}) do
        if request.names[endpoint] and core.is_open(socket) then
          socket:disconnect(endpoint)
          socket:connect(endpoint)
        end
      end
    end
  end)
  return { ok = true }
end

function answers.eval(request)
  local environment = setmetatable({ self = node.root[SELF] }, { __index = core.globals() })
  local chunk = load("return " .. request.text, "=eval", "t", environment)
  local reason
  if not chunk then chunk, reason = load(request.text, "=eval", "t", environment) end
  if not chunk then return { ok = false, reason = reason } end
  local ok, text = core.limited(function() -- also what prints the results may be the script's
    local results, lines = table.pack(chunk()), {}
    for i = 1, results.n do lines[i] = inspect.text(results[i]) end
    return table.concat(lines, "\n")
  end)
  if not ok then return { ok = false, reason = error_text(text) } end
  return { ok = true, text = text }
end

local MAX_DEPTH <const> = 100 -- what goes to another process can't be nested much more

-- What can't go to another process is sent as words.
local function portable(value, within, depth)
  if type(value) ~= "table" then
    local kind = type(value)
    local plain = kind == "nil" or kind == "boolean" or kind == "number" or kind == "string"
    if plain then return value end
    return tostring(value)
  end
  if within[value] then return "(within itself)" end
  if depth > MAX_DEPTH then return "(more)" end
  within[value] = true
  local made = {}
  for key, each in next, value do
    made[math.type(key) and key or tostring(key)] = portable(each, within, depth + 1)
  end
  within[value] = nil
  return made
end

-- A part is found by its name, though it is no field of the owner's state.
local function part_of(container, name)
  local part = container == node.root[SELF] and node.root.parts[name]
  return part and part[1] and part[1][SELF] or nil
end

local function find(path)
  if path ~= nil and type(path) ~= "string" then return nil, "invalid path" end
  local steps = key_path.parse(path or "")
  if not steps then
    return nil, ("'%s' is not a path, such as workers.w1, list[2] or t[\"a.b\"]"):format(path)
  end
  local value = key_path.get(node.root[SELF], steps, part_of)
  if value == nil then return nil, ("there is no '%s' in the node's state"):format(path) end
  return value
end

-- The instance whose self this is, or nil.
local function instance_of(value)
  for _, inst in ipairs(node.all) do
    if inst[SELF] == value then return inst end
  end
end

local MOST_NAMES <const> = 1000

-- The names that may follow "self.": fields, and on a self also its sockets, parts and methods.
local function names_in(value, inst)
  local names = {}
  local function add(name)
    local is_name = type(name) == "string" and name:find "^[%a_][%w_]*$" and #names < MOST_NAMES
    if is_name then table.insert(names, name) end
  end
  for name in next, value do add(name) end
  if not inst then return names end
  for name in pairs(inst.names) do add(name) end
  for name, method in pairs(inst.role) do
    if type(method) == "function" and not role_names.role[name] then add(name) end
  end
  return names
end

-- What is found through a self without being a field of it.
local function behind(container, name)
  local inst = instance_of(container)
  return inst and inst.names[name]
end

--- For a prompt: the names that there are at a path below `self`.
function answers.names(request)
  local steps = type(request.path) == "string" and key_path.parse(request.path)
  local value = steps and key_path.get(node.root[SELF], steps, behind)
  if type(value) ~= "table" then return { ok = true, names = {} } end
  return { ok = true, names = names_in(value, instance_of(value)) }
end

function answers.state(request)
  local value, reason = find(request.path)
  if value == nil then return { ok = false, reason = reason } end
  local fields = value
  if type(value) == "table" then
    fields = {}
    for key, each in next, value do fields[key] = each end
  end
  local ok, made = core.limited(portable, fields, {}, 0)
  if not ok then return { ok = false, reason = error_text(made) } end
  return { ok = true, value = made }
end

-- What may be asked while an event is being handled, half of its changes done.
local AT_ANY_TIME <const> = { status = true, stop = true, reconnect = true }

local control = {}

--- The answer to a request.
function control.answer(request)
  local act = type(request) == "table" and answers[request.command]
  if not act then return { ok = false, reason = INVALID } end
  if core.info().computing and not AT_ANY_TIME[request.command] then
    return { ok = false, reason = "a handler computes: the node is in the middle of an event" }
  end
  return act(request)
end

return control
