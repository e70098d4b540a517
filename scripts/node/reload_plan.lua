--- A running node from one tree of declarations to another: state, parts, and what they have open.
-- Whatever fails before the end leaves everything as it was. Knows nothing of files: gets the
-- node of node.lua.
local node = ...
local core = node.core
local start, make_node = node.tool "node/start", node.tool "node/make_node"
local error_text = node.tool "node/error_text"
local plain = require "base/plain_data"
local reload_sockets = require "node/reload_sockets"
local inputs, stores = node.tool "node/inputs", node.tool "node/stores"

local SELF <const>, ON <const> = 1, 2

local reload_plan = {}

-- ---- state ----

--- The version of a role's state.
function reload_plan.version(role) return rawget(role, "version") or 1 end

local version = reload_plan.version

local function current(inst)
  local fields = {}
  for name, value in next, inst[SELF] do fields[name] = value end
  return fields
end

-- The fields a declaration asks for, from what there is.
local function complete(state, declaration, path)
  for name, first in pairs(declaration.state) do
    if state[name] == nil then state[name] = core.copy(first) end
  end
  for name in pairs(state) do
    if declaration.state[name] == nil then
      return nil, ("%s: migrate returned the field '%s', which 'state' does not declare"):format(
        path, tostring(name))
    end
  end
  return state
end

-- The state in the shape of the new code; nil and the reason when that can't be had.
local function migrate(inst, new)
  local from, to = version(inst.role), version(new.role)
  local path = new.path
  if not new.role.migrate then
    return nil, ("%s: the state's version was %d and is now %d, but there is no 'migrate'"):format(
      path, from, to)
  end
  local ok, made = core.limited(new.role.migrate, core.copy(current(inst)), from)
  if not ok then return nil, ("%s: migrate: %s"):format(path, error_text(made)) end
  if type(made) ~= "table" then
    return nil, ("%s: migrate returned a %s, not the new state"):format(path, type(made))
  end
  if not core.is_plain(made) then
    local offence = plain.offence(made, "migrate(...)", core.is_host_object)
    return nil, ("%s: %s"):format(path, offence)
  end
  return complete(made, new, path)
end

local function replace_state(inst, state)
  local self = inst[SELF]
  for name in pairs(current(inst)) do rawset(self, name, nil) end
  for name, value in pairs(state) do rawset(self, name, value) end
end

-- A field that is declared no longer stays, in case it comes back, unless its name is wanted.
local function add_fields(inst, declaration)
  local self = inst[SELF]
  for name in pairs(current(inst)) do
    if declaration.state[name] == nil and declaration.owners[name] then rawset(self, name, nil) end
  end
  for name, first in pairs(declaration.state) do
    if inst.declaration.state[name] == nil and rawget(self, name) == nil then
      rawset(self, name, core.copy(first))
    end
  end
end

-- ---- from one tree of declarations to another ----

-- An instance is used when its `init` is done, which may wait.
local function begin(inst)
  start.enable(inst)
  start.run_main(inst)
end

local function init(plan, inst)
  local added = { inst = inst, ready = inst.role.init == nil }
  if inst.role.init then
    local ok, reason = core.attempt(function()
      inst.role.init(inst[SELF])
      added.ready = true
      if added.late then begin(inst) end
    end)
    if not ok then return nil, reason end
  end
  table.insert(plan.added, added)
  return true
end

-- New parts are built beside what runs.
local function build_part(plan, owner, name, declaration)
  plan.change:vacate_all(declaration)
  local before = #node.all
  local part, reason = make_node.build(declaration, owner, name)
  local built = table.move(node.all, before + 1, #node.all, 1, {})
  for i = #node.all, before + 1, -1 do node.all[i] = nil end
  plan.change:on_undo(function()
    for _, inst in ipairs(built) do node.close(inst) end
  end)
  if not part then return nil, reason end
  for _, inst in ipairs(built) do
    local ok
    ok, reason = init(plan, inst)
    if not ok then return nil, reason end
  end
  return part
end

-- Then `take(part)` is called; at the very end, if an address must be given up for it.
local function add_part(plan, owner, name, declaration, take)
  local function act()
    local part, reason = build_part(plan, owner, name, declaration)
    if not part then return nil, reason end
    take(part)
    return true
  end
  if not plan.change:contends(declaration) then return act() end
  table.insert(plan.change.last, act)
  return true
end

-- Is it still the same role, perhaps found elsewhere by now?
local function is_same_role(old, new)
  return old.path == new.path or (old.called ~= nil and old.called == new.called)
end

local plan_instance

local function plan_copies(plan, inst, name, declared, copies)
  for i, declaration in ipairs(declared) do
    local old = (inst.parts[name] or {})[i]
    local ok, reason
    if old and is_same_role(old.declaration, declaration) then
      copies[i] = old
      ok, reason = plan_instance(plan, old, declaration)
    else
      plan.parts_change = true
      ok, reason = add_part(plan, inst, name, declaration, function(part) copies[i] = part end)
    end
    if not ok then return nil, reason end
  end
  return true
end

-- What is there and won't be.
local function leave_parts(plan, inst, new)
  for name, copies in pairs(inst.parts) do
    for i, part in ipairs(copies) do
      local declaration = (new.parts[name] or {})[i]
      if not declaration or not is_same_role(part.declaration, declaration) then
        plan.parts_change = true
        plan.change:leave(part)
      end
    end
  end
end

local function plan_parts(plan, inst, new)
  local parts = {}
  leave_parts(plan, inst, new)
  for name, declared in pairs(new.parts) do
    parts[name] = {}
    local ok, reason = plan_copies(plan, inst, name, declared, parts[name])
    if not ok then return nil, reason end
  end
  plan.change:on_commit(function()
    for name in pairs(inst.parts) do
      if not parts[name] and not new.owners[name] then inst.names[name] = nil end
    end
    inst.parts = parts
    for name in pairs(parts) do make_node.show_parts(inst, name) end
  end)
  return true
end

local function plan_state(plan, inst, new)
  local state, reason = plan.states and plan.states[inst]
  if not state and version(inst.role) ~= version(new.role) then
    state, reason = migrate(inst, new)
    if not state then return nil, reason end
  end
  if state then
    plan.all_tasks = true
    plan.change:on_commit(function() replace_state(inst, state) end)
  else
    local offence = node.spec.strict and start.offence(inst)
    if offence then return nil, ("%s: %s"):format(new.path, offence) end
    plan.change:on_commit(function() add_fields(inst, new) end)
  end
  return true
end

function plan_instance(plan, inst, new)
  local ok, reason = plan_state(plan, inst, new)
  if ok then ok, reason = stores.prepare(plan.change, inst, new) end
  if ok then ok, reason = reload_sockets.prepare(plan.change, inst, new) end
  if ok then ok, reason = inputs.prepare(plan.change, inst, new) end
  if ok then ok, reason = plan_parts(plan, inst, new) end
  if not ok then return nil, reason end
  plan.change:on_commit(function()
    inst.role, inst[ON] = new.role, new.role.on or {}
    inst.names.options = new.options
  end)
  return true
end

local function list_all(inst, all)
  for _, parts in pairs(inst.parts) do
    for _, part in ipairs(parts) do list_all(part, all) end
  end
  table.insert(all, inst)
  return all
end

-- Close what has no owner any more, and log what is there now.
local function take_stock()
  local all, kept = list_all(node.root, {}), {}
  for _, inst in ipairs(all) do kept[inst] = true end
  for _, inst in ipairs(node.all) do
    if not kept[inst] then node.close(inst) end
  end
  node.all = all
  stores.sweep()
  inputs.sweep()
end

local function prepare(plan, declaration)
  local ok, reason = plan_instance(plan, node.root, declaration)
  if ok then ok, reason = plan.change:finish() end
  return ok, reason
end

-- What a declaration says beside its functions.
local SAYS <const> = { "options", "state", "sockets", "timers", "relays", "stores", "inputs",
                      "signals" }

local function says_the_same(old, new)
  if old.path ~= new.path then return false end
  for _, key in ipairs(SAYS) do
    if not plain.alike(old[key], new[key]) then return false end
  end
  for _, list in ipairs { { old, new }, { new, old } } do
    for name, parts in pairs(list[1].parts) do
      local others = list[2].parts[name] or {}
      for i = 1, math.max(#parts, #others) do
        if not parts[i] or not others[i] or not says_the_same(parts[i], others[i]) then
          return false
        end
      end
    end
  end
  return true
end

--- Does this declaration, made of the same text, say what that of the node says?
function reload_plan.is_same(declaration)
  return says_the_same(node.root.declaration, declaration)
end

--- The state of all instances, copied.
function reload_plan.states()
  local states = {}
  for _, inst in ipairs(node.all) do states[inst] = core.copy(current(inst)) end
  return states
end

--- Change the node to this tree, with these states if given: what was done, for `begin_added` and
-- `run_mains`; or nil, the reason, and nothing has changed.
function reload_plan.change_to(declaration, states)
  local plan = { change = reload_sockets.new(node), added = {}, states = states }
  local returned, ok, reason = pcall(prepare, plan, declaration)
  if not returned or not ok then
    plan.change:undo()
    stores.sweep()
    inputs.sweep()
    return nil, returned and reason or error_text(ok)
  end
  plan.change:commit()
  take_stock()
  for _, added in ipairs(plan.added) do plan[added.inst] = true end
  for _, inst in ipairs(node.all) do
    if not plan[inst] then start.handle_sockets(inst) end
  end
  return plan
end

--- What is new begins, when its `init` is done.
function reload_plan.begin_added(plan)
  for _, added in ipairs(plan.added) do
    if added.ready then begin(added.inst) else added.late = true end
  end
end

--- Start `main` of all that was there before.
function reload_plan.run_mains(plan)
  for _, inst in ipairs(node.all) do
    if not plan[inst] then start.run_main(inst) end
  end
end

--- Did the instance come with this change?
function reload_plan.is_new(plan, inst) return plan[inst] or false end

return reload_plan
