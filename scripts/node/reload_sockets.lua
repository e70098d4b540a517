--- One instance from an old declaration to a new one: sockets, timers, signals and relays by name.
-- What may fail is prepared first and can be undone; only then is anything taken over. Knows
-- nothing of files and versions: that is reload.lua.
local endpoint = require "role/endpoint"
local plain = require "base/plain_data"

local reload_sockets = {}

-- ---- sockets ----

local function live(core, socket, name) return core.get_option(socket, name) ~= nil end

-- What the node is bound to: address -> { socket =, inst =, name = }, ...
local function holders(node)
  local found = {}
  for _, inst in ipairs(node.all) do
    for name, socket in pairs(inst.sockets) do
      for _, bound in ipairs(socket.endpoints or {}) do
        local key = endpoint.key(bound)
        found[key] = found[key] or {}
        table.insert(found[key], { socket = socket, inst = inst, name = name })
      end
    end
  end
  return found
end

-- The sockets that hold an address this declaration asks for.
local function in_the_way(change, declared)
  local found = {}
  for _, asked in ipairs(declared.bind or {}) do
    for _, holder in ipairs(change.holders[endpoint.key(asked)] or {}) do
      table.insert(found, holder)
    end
  end
  return found
end

-- What this option of an open socket is by default.
local function default_of(core, inst, name, type, option)
  local bare = core.socket(inst, name, { type })
  local value
  if core.open(bare) then value = core.get_option(bare, option) end
  core.release(bare)
  return value
end

-- Can the socket stay open? Then the options to set on it, name -> value.
local function differences(core, inst, name, old, new)
  local socket = inst.sockets[name]
  if not core.is_open(socket) then return plain.same(old, new) and {} or nil end
  for _, key in ipairs { "type", "bind", "connect" } do
    if not plain.same(old[key], new[key]) then return nil end
  end
  if (old.events == nil) ~= (new.events == nil) then return nil end
  local changed = {}
  for option, value in pairs(new.options) do
    if old.options[option] ~= value then
      if not live(core, socket, option) then return nil end
      changed[option] = value
    end
  end
  for option in pairs(old.options) do
    if new.options[option] == nil then
      local value = live(core, socket, option)
        and default_of(core, inst, name, new.type, option)
      if not value then return nil end
      changed[option] = value
    end
  end
  return changed
end

local function set(list)
  local made = {}
  for _, value in ipairs(list or {}) do made[value] = true end
  return made
end

-- Subscribe to what is new, and back; what is gone is unsubscribed last of all.
local function change_subscriptions(change, socket, old, new)
  local before, after = set(old.subscribe), set(new.subscribe)
  for prefix in pairs(after) do
    if not before[prefix] then
      socket:subscribe(prefix)
      change:on_undo(function() socket:unsubscribe(prefix) end)
    end
  end
  for prefix in pairs(before) do
    if not after[prefix] then change:on_commit(function() socket:unsubscribe(prefix) end) end
  end
end

local function change_in_place(change, socket, old, new, options)
  local core = change.core
  for name, value in pairs(options) do
    local before = core.get_option(socket, name)
    local ok, reason = core.set_option(socket, name, value)
    if not ok then return nil, reason end
    change:on_undo(function() core.set_option(socket, name, before) end)
  end
  change_subscriptions(change, socket, old, new)
  return true
end

local function open(change, inst, name, declared)
  local core, make_node = change.core, change.make_node
  change:vacate(declared)
  local socket = core.socket(inst, name, make_node.written(declared), declared.events)
  change:on_undo(function() core.release(socket) end)
  local ok, reason = core.open(socket)
  if not ok then return nil, make_node.in_words(inst, name, reason) end
  make_node.announce(name, declared, socket)
  return socket
end

-- The fresh socket takes the place of the old one, which is closed: what waits for it waits on.
local function replace(change, socket, fresh)
  change.core.swap(socket, fresh)
  for _, list in pairs(change.holders) do -- from now on the old one is where the fresh one was
    for _, holder in ipairs(list) do
      if holder.socket == socket then holder.socket = fresh end
    end
  end
  change.leaving[fresh], change.leaving[socket] = change.leaving[socket], nil
  change:on_undo(function() change.core.swap(socket, fresh) end)
  change:on_commit(function() change.core.release(fresh) end)
end

-- Open now, so that what fails does no harm; or, when another socket of this node has the address,
-- last of all. Then `take(fresh)` is called.
local function open_in_time(change, inst, name, declared, take)
  local function act()
    local fresh, reason = open(change, inst, name, declared)
    if not fresh then return nil, reason end
    take(fresh)
    return true
  end
  if not in_the_way(change, declared)[1] then return act() end
  table.insert(change.last, act)
  return true
end

local function change_socket(change, inst, name, old, new)
  local core, socket = change.core, inst.sockets[name]
  local options = differences(core, inst, name, old, new)
  change:on_commit(function() core.declare(socket, change.make_node.written(new), new.events) end)
  if options then
    if not core.is_open(socket) then return true end
    local ok, reason = change_in_place(change, socket, old, new, options)
    return ok, not ok and change.make_node.in_words(inst, name, reason) or nil
  end
  change.leaving[socket] = old
  return open_in_time(change, inst, name, new, function(fresh) replace(change, socket, fresh) end)
end

local function add_socket(change, inst, name, declared)
  return open_in_time(change, inst, name, declared, function(socket)
    change:on_commit(function() inst.sockets[name], inst.names[name] = socket, socket end)
  end)
end

local function change_sockets(change, inst, old, new)
  for name, declared in pairs(new.sockets) do
    local before = old.sockets[name]
    local ok, reason
    if before then ok, reason = change_socket(change, inst, name, before, declared)
    else ok, reason = add_socket(change, inst, name, declared) end
    if not ok then return nil, reason end
  end
  for name, socket in pairs(inst.sockets) do
    if not new.sockets[name] then
      change.leaving[socket] = old.sockets[name]
      change:on_commit(function()
        change.core.release(socket)
        inst.sockets[name], inst.names[name] = nil, nil
      end)
    end
  end
  return true
end

-- ---- timers, signals, relays ----

local function change_timers(change, inst, old, new)
  change:on_commit(function()
    for name, timer in pairs(inst.timers) do
      if not new.timers[name] then
        timer:cancel()
        inst.timers[name] = nil
      elseif new.timers[name] ~= old.timers[name] then
        timer:set(new.timers[name])
      end
    end
    for name, ms in pairs(new.timers) do
      if not inst.timers[name] then
        inst.timers[name] = change.core.timer(inst, name)
        inst.timers[name]:set(ms)
      end
    end
  end)
end

local function change_signals(change, inst, new)
  local wanted = set(new.signals)
  for name in pairs(wanted) do
    if not inst.signals[name] then
      local source, reason = change.core.signal(inst, name)
      if not source then return nil, ("%s: on.%s: %s"):format(new.path, name, reason) end
      change:on_undo(function() source:cancel() end)
      change:on_commit(function() inst.signals[name] = source end)
    end
  end
  change:on_commit(function()
    for name, source in pairs(inst.signals) do
      if not wanted[name] then
        source:cancel()
        inst.signals[name] = nil
      end
    end
  end)
  return true
end

-- A relay keeps its sockets through a swap; only other sockets make another relay. It lets go of
-- the old ones before they are closed, and takes the new ones when they are there.
local function close_relays(change, inst, old, new)
  change:on_commit(function()
    for name, relay in pairs(inst.relays) do
      if not plain.same(old.relays[name], new.relays[name]) then
        change.node.close_relay(relay)
        inst.relays[name], inst.names[name] = nil, nil
      end
    end
  end)
end

local function open_relays(change, inst, new)
  change:on_commit(function()
    for name in pairs(new.relays) do
      if not inst.relays[name] then
        change.make_node.join(inst, name)
        inst.relays[name]:resume()
      end
    end
  end)
end

-- ---- a change ----

local change_class = {}
change_class.__index = change_class

function change_class:on_undo(act) table.insert(self.undos, act) end
function change_class:on_commit(act) table.insert(self.commits, act) end

--- Put everything back as it was.
function change_class:undo()
  for i = #self.undos, 1, -1 do self.undos[i]() end
end

-- Close for good what stood on the socket, and keep what it is: tasks may wait for it.
local function close_beneath(change, holder, declared)
  local core, make_node, inst, name = change.core, change.make_node, holder.inst, holder.name
  local socket, written = holder.socket, make_node.written(declared)
  local empty = core.socket(inst, name, written, declared.events)
  local as_it_was = plain.copy(written)
  as_it_was.bind = plain.copy(socket.endpoints) -- also where the system had chosen
  core.swap(socket, empty)
  core.release(empty)
  change:on_undo(function()
    local again = core.socket(inst, name, as_it_was, declared.events)
    local ok, reason = core.open(again)
    if not ok then core.warn(make_node.in_words(inst, name, reason)) end
    core.swap(socket, again)
    core.declare(socket, written, declared.events)
    core.release(again)
  end)
end

--- Have the addresses of this declaration given up by those of our sockets that go anyway.
function change_class:vacate(declared)
  for _, holder in ipairs(in_the_way(self, declared)) do
    local leaving = self.leaving[holder.socket]
    if leaving then
      self.leaving[holder.socket] = nil
      close_beneath(self, holder, leaving)
    end
  end
end

--- The same for all sockets of an instance to be, and of its parts.
function change_class:vacate_all(declaration)
  for _, declared in pairs(declaration.sockets) do self:vacate(declared) end
  for _, parts in pairs(declaration.parts) do
    for _, part in ipairs(parts) do self:vacate_all(part) end
  end
end

--- All that the instance and its parts have open goes.
function change_class:leave(inst)
  for name, socket in pairs(inst.sockets) do
    self.leaving[socket] = inst.declaration.sockets[name]
  end
  for _, parts in pairs(inst.parts) do
    for _, part in ipairs(parts) do self:leave(part) end
  end
end

--- Does this declaration, of an instance with its parts, need an address we have?
function change_class:contends(declaration)
  for _, declared in pairs(declaration.sockets) do
    if in_the_way(self, declared)[1] then return true end
  end
  for _, parts in pairs(declaration.parts) do
    for _, part in ipairs(parts) do
      if self:contends(part) then return true end
    end
  end
  return false
end

--- What can only be tried at the very end, since it interrupts the old code; nil and the reason.
function change_class:finish()
  for _, act in ipairs(self.last) do
    local ok, reason = act()
    if not ok then return nil, reason end
  end
  return true
end

--- Take over what was prepared; can't fail.
function change_class:commit()
  for _, act in ipairs(self.commits) do act() end
end

--- A change of any number of instances of this node.
function reload_sockets.new(node)
  return setmetatable({
    node = node, core = node.core, make_node = node.tool "node/make_node",
    undos = {}, commits = {}, last = {},
    leaving = {}, -- socket that goes, or is replaced -> what it was declared as
    holders = holders(node),
  }, change_class)
end

--- Prepare the instance for another declaration: true, or nil and the reason.
function reload_sockets.prepare(change, inst, new)
  local old = inst.declaration
  -- The declaration first: relays are joined as it says.
  change:on_commit(function() inst.declaration = new end)
  close_relays(change, inst, old, new)
  local ok, reason = change_sockets(change, inst, old, new)
  if not ok then return nil, reason end
  ok, reason = change_signals(change, inst, new)
  if not ok then return nil, reason end
  change_timers(change, inst, old, new)
  open_relays(change, inst, new)
  return true
end

return reload_sockets
