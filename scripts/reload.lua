--- A running node changes its code: load beside the running code, check, migrate, reconcile, swap.
-- Whatever fails before the swap leaves everything as it was. Gets the node of instance.lua.
local node = ...
local core = node.core
local declare = require "declare"
local faults = require "faults"
local loader = require "sloop.loader"
local plain = require "plain"
local reconcile = require "reconcile"

local SELF <const>, ON <const> = 1, 2
local PROBATION_MS <const> = 5000

local reload = { done = 0, refused = 0, reason = nil }

-- ---- files ----

local function own_files()
  local files = {}
  for path in pairs(package.loaded) do
    if node.is_own_file(path) then table.insert(files, path) end
  end
  table.sort(files)
  return files
end

-- path -> hash of the text it has now; a file that is not there is left out.
local function hashes()
  local found = {}
  for _, path in ipairs(own_files()) do
    local text = loader.source(path)
    found[path] = text and core.hash(text)
  end
  return found
end

local function combined(found)
  local lines = {}
  for path, hash in pairs(found) do table.insert(lines, path .. " " .. hash) end
  table.sort(lines)
  return ("%016x"):format(core.hash(table.concat(lines, "\n")))
end

local seen = hashes() -- of the files when they were last loaded, or tried
local running = combined(seen) -- of those whose code runs

--- A hash of all the code that runs, as 16 hex digits.
function reload.hash() return running end

--- The folders whose files the node was loaded from.
function reload.folders()
  local folders, list = {}, {}
  for path in pairs(seen) do folders[path:match("^(.*)/[^/]*$") or "."] = true end
  for folder in pairs(folders) do table.insert(list, folder) end
  table.sort(list)
  return list
end

-- ---- loading ----

-- Forget what was loaded from files, so that it is loaded anew; returns how to undo that.
local function forget()
  local before = {}
  for _, path in ipairs(own_files()) do
    before[path], package.loaded[path] = package.loaded[path], nil
  end
  return function()
    for _, path in ipairs(own_files()) do package.loaded[path] = nil end
    for path, module in pairs(before) do package.loaded[path] = module end
  end
end

-- ---- state ----

local function version(role) return role.version or 1 end

local function current(inst)
  local fields = {}
  for name, value in next, inst[SELF] do fields[name] = value end
  return fields
end

-- The fields a declaration asks for, from what there is.
local function complete(state, declaration, path)
  for name, first in pairs(declaration.state) do
    if state[name] == nil then state[name] = plain.copy(first) end
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
  local ok, made = core.limited(new.role.migrate, plain.copy(current(inst)), from)
  if not ok then return nil, tostring(made) end
  if type(made) ~= "table" then
    return nil, ("%s: migrate returned a %s, not the new state"):format(path, type(made))
  end
  local offence = plain.offence(made, "migrate(...)", core.is_host_object)
  if offence then return nil, ("%s: %s"):format(path, offence) end
  return complete(made, new, path)
end

local function replace_state(inst, state)
  local self = inst[SELF]
  for name in pairs(current(inst)) do rawset(self, name, nil) end
  for name, value in pairs(state) do rawset(self, name, value) end
end

local function add_fields(inst, declaration)
  for name, first in pairs(declaration.state) do
    if inst.declaration.state[name] == nil then rawset(inst[SELF], name, plain.copy(first)) end
  end
end

-- ---- from one tree of declarations to another ----

-- New parts are built, and begin, beside what runs.
local function add_part(plan, owner, name, declaration)
  local before = #node.all
  local part, reason = node.build(declaration, owner, name)
  local built = table.move(node.all, before + 1, #node.all, 1, {})
  for i = #node.all, before + 1, -1 do node.all[i] = nil end
  plan.change:on_undo(function()
    for _, inst in ipairs(built) do node.close(inst) end
  end)
  if not part then return nil, reason end
  for _, inst in ipairs(built) do
    local ok = true
    if inst.role.init then ok, reason = core.attempt(inst.role.init, inst[SELF]) end
    if not ok then return nil, reason end
    table.insert(plan.added, inst)
  end
  return part
end

local plan_instance

local function plan_parts(plan, inst, new)
  local parts = {}
  for name, declared in pairs(new.parts) do
    parts[name] = {}
    for i, declaration in ipairs(declared) do
      local old = (inst.parts[name] or {})[i]
      local part, reason = old
      if old and old.declaration.path == declaration.path then
        local ok
        ok, reason = plan_instance(plan, old, declaration)
        if not ok then return nil, reason end
      else
        part, reason = add_part(plan, inst, name, declaration)
        if not part then return nil, reason end
      end
      parts[name][i] = part
    end
  end
  plan.change:on_commit(function()
    for name in pairs(inst.parts) do
      if not parts[name] then inst.names[name] = nil end
    end
    inst.parts = parts
    for name in pairs(parts) do node.show_parts(inst, name) end
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
    local offence = node.spec.strict and node.offence(inst)
    if offence then return nil, ("%s: %s"):format(new.path, offence) end
    plan.change:on_commit(function() add_fields(inst, new) end)
  end
  return true
end

function plan_instance(plan, inst, new)
  local ok, reason = plan_state(plan, inst, new)
  if ok then ok, reason = reconcile.prepare(plan.change, inst, new) end
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

-- Close what has no owner any more, and say who is there now.
local function take_stock()
  local all, kept = list_all(node.root, {}), {}
  for _, inst in ipairs(all) do kept[inst] = true end
  for _, inst in ipairs(node.all) do
    if not kept[inst] then node.close(inst) end
  end
  node.all = all
end

-- Change the node to this tree: true, or nil, the reason, and nothing has changed.
local function change_to(declaration, states)
  local plan = { change = reconcile.new(node), added = {}, states = states }
  local ok, reason = plan_instance(plan, node.root, declaration)
  if ok then ok, reason = plan.change:finish() end
  if not ok then
    plan.change:undo()
    return nil, reason
  end
  plan.change:commit()
  take_stock()
  for _, inst in ipairs(node.all) do node.handle_sockets(inst) end
  for _, inst in ipairs(plan.added) do node.enable(inst) end
  return true, plan
end

local function go_on(plan)
  core.retire(plan.all_tasks or false)
  for _, inst in ipairs(node.all) do
    if inst.role.reloaded then core.task(false, inst.role.reloaded, inst[SELF]) end
  end
  for _, inst in ipairs(node.all) do node.run_main(inst) end
end

-- ---- reload ----

local function load_fresh()
  local role, path = loader.load_role(node.spec.role)
  if not role then return nil, path end
  local declaration, problems = declare(role, path, node.spec.entry, node.tools)
  if not declaration then return nil, (faults.summary(problems)) end
  return declaration
end

local function snapshot()
  local states = {}
  for _, inst in ipairs(node.all) do states[inst] = plain.copy(current(inst)) end
  return { declaration = node.root.declaration, states = states, version = version(node.root.role) }
end

local function begin_probation(before, recall)
  local errors = node.spec.probation
  if not errors then return end
  reload.before, before.recall = before, recall
  before.deadline = core.methods.now() + PROBATION_MS
  core.probation(errors + 1)
end

local function attempt()
  if not core.info().running then return nil, "the node is starting or stopping" end
  local before = node.spec.probation and snapshot()
  local recall = forget()
  local ok, fresh, reason = core.limited(load_fresh)
  if not ok then fresh, reason = nil, tostring(fresh) end
  local changed, plan
  if fresh then
    changed, plan = change_to(fresh)
    if not changed then reason = plan end
  end
  if not changed then recall() end
  seen = hashes()
  if not changed then return nil, reason end
  running = combined(seen)
  begin_probation(before, recall)
  go_on(plan)
  return true
end

--- Reload the node's code from its files: true, or nil, the reason, and the old code goes on.
function reload.reload()
  local ok, reason = attempt()
  if ok then
    reload.done = reload.done + 1
    return true
  end
  reload.refused, reload.reason = reload.refused + 1, reason
  return nil, reason
end

local function announced()
  local ok, reason = reload.reload()
  if ok then
    core.log(("reloaded: generation %d (%s)"):format(core.info().generation, reload.hash()))
  else
    core.warn("reload refused, the old code goes on: " .. tostring(reason))
  end
end

reload.hang_up = announced

--- Files may have changed: reload if they have, and are all there.
function reload.changed()
  local now = hashes()
  for path, hash in pairs(seen) do
    if now[path] == nil then return end -- an editor is at it
    if now[path] ~= hash then return announced() end
  end
end

--- The new code has raised too many errors on probation: back to what was.
function reload.chore()
  local before = reload.before
  reload.before = nil
  if not before or core.methods.now() > before.deadline then return end
  local same = version(node.root.role) == before.version
  local ok, plan = change_to(before.declaration, not same and before.states or nil)
  if not ok then return core.warn("can't go back to the code before: " .. tostring(plan)) end
  before.recall()
  go_on(plan)
  core.warn(("generation %d raised too many errors: back to the code before%s"):format(
    core.info().generation - 1, same and "" or ", and to the state of then"))
end

--- Set options as the command line does, { { path =, value = }, ... }: true, or nil and the reason.
-- The code stays, and so do all tasks.
function reload.set(settings)
  if not core.info().running then return nil, "the node is starting or stopping" end
  local entry = {}
  for key, value in pairs(node.spec.entry) do entry[key] = value end
  entry["--"] = table.move(settings, 1, #settings, #(entry["--"] or {}) + 1,
    table.move(entry["--"] or {}, 1, #(entry["--"] or {}), 1, {}))
  local root = node.root
  local declaration, problems = declare(root.role, root.declaration.path, entry, node.tools)
  if not declaration then return nil, (faults.summary(problems)) end
  local ok, reason = change_to(declaration)
  if not ok then return nil, reason end
  node.spec.entry = entry
  return true
end

return reload
