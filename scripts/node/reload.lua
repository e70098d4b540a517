--- A running node changes its code: load beside the running code, check, change over, go on.
-- Whatever fails leaves everything as it was. Gets the node of node.lua.
local node = ...
local core = node.core
local beginning, building = node.tool "node/start", node.tool "node/make_node"
local problems = require "role/problems"
local loader = require "sloop.loader"
local origin, transition = node.tool "node/code_version", node.tool "node/reload_plan"
local upvalues = require "node/upvalues"

local SELF <const> = 1
local PROBATION_MS <const> = 5000

local reload = { done = 0, refused = 0, reason = nil }

--- A hash of all the code that runs, as 16 hex digits; the paths of its files.
reload.hash, reload.files = origin.hash, origin.files

-- ---- going on ----

local function go_on(plan)
  core.retire(plan.all_tasks or false)
  for _, inst in ipairs(node.all) do
    if inst.role.reloaded and not transition.is_new(plan, inst) then
      core.task(false, inst.role.reloaded, inst[SELF])
    end
  end
  transition.begin_added(plan)
  transition.run_mains(plan)
  building.note_variables()
end

-- ---- what a reload can't keep ----

-- A large state takes a while to look at, so this is a task, which the next reload closes, and
-- it does not look at all of it.
local function warn_of_offences()
  core.main_task(function()
    local self = node.root[SELF]
    local function look()
      for _, inst in ipairs(node.all) do
        local offence = beginning.sampled_offence(inst, function() self:sleep(0) end)
        if offence then
          core.warn(("%s: %s: a reload can't keep it"):format(inst.declaration.path, offence))
        end
      end
    end
    pcall(look) -- what changes while it is looked at may end it
  end)
end

-- What the old code has stored in variables, each as "name: what it is".
local function changed_variables()
  local changed = {}
  for _, name in ipairs(upvalues.changed(node.locals)) do
    table.insert(changed, name .. ": this local of the file")
  end
  for _, name in ipairs(upvalues.changed_globals(node.globals, core.globals())) do
    table.insert(changed, name .. ": this global")
  end
  return changed
end

local function warn_of_variables(changed)
  for _, variable in ipairs(changed) do
    core.warn(variable .. " had changed, and the reload reset it: "
      .. "what a node remembers belongs in 'state'")
  end
end

-- ---- reload ----

local function load_fresh()
  local role, path = loader.load_role(node.spec.role)
  if not role then return nil, path end
  local declaration, found = building.declare(role, path, node.spec.entry)
  if not declaration then return nil, (problems.summary(found)) end
  return declaration
end

local function snapshot(was)
  return {
    declaration = node.root.declaration, states = transition.states(), was = was,
    version = transition.version(node.root.role),
  }
end

local function attempt()
  node.reloads = true
  if not core.info().running then return nil, "the node is starting or stopping" end
  local changed = changed_variables()
  local was = origin.forget()
  local before = node.spec.probation and snapshot(was)
  local ok, fresh, reason = core.limited(load_fresh)
  if not ok then fresh, reason = nil, tostring(fresh) end
  local plan
  if fresh then plan, reason = transition.change_to(fresh) end
  if not plan then
    origin.note_tried()
    origin.recall(was)
    return nil, reason
  end
  origin.accept()
  if not before then origin.drop(was) end
  go_on(plan)
  reload.before = before
  if before then core.probation(node.spec.probation + 1, PROBATION_MS) end
  warn_of_offences()
  warn_of_variables(changed)
  return true
end

--- Reload the node's code from its files: true; or nil, the reason, and the old code goes on. The
-- log says which.
function reload.reload()
  local start = core.clock()
  local ok, reason = attempt()
  if ok then
    reload.done, reload.took = reload.done + 1, core.clock() - start
    core.log(("reloaded: generation %d (%s) in %.2f ms"):format(core.info().generation,
      reload.hash(), reload.took))
    return true
  end
  reload.refused, reload.reason = reload.refused + 1, reason
  core.warn("reload refused, the old code goes on: " .. reason)
  return nil, reason
end

reload.hang_up = reload.reload

--- Files may have changed, and this is so manieth a look. False when it is too early.
function reload.changed(looks)
  local changed = origin.changed(looks)
  if changed then reload.reload() end
  return changed ~= nil
end

--- Probation is over, or the new code has raised too many errors: then back to what was.
function reload.chore(failed)
  local before = reload.before
  reload.before = nil
  if not before then return end
  if not failed then return origin.drop(before.was) end
  local same = transition.version(node.root.role) == before.version
  local plan, reason = transition.change_to(before.declaration, not same and before.states or nil)
  if not plan then return core.warn("can't go back to the code before: " .. reason) end
  origin.recall(before.was)
  go_on(plan)
  core.warn(("generation %d raised too many errors: back to the code before%s"):format(
    core.info().generation - 1, same and "" or ", and to the state of then"))
end

-- What was given, with these settings in the place of those given for the same option.
local function override(given, settings)
  local replaced, list = {}, {}
  for _, setting in ipairs(settings) do replaced[table.concat(setting.path, ".")] = true end
  for _, setting in ipairs(given) do
    if not replaced[table.concat(setting.path, ".")] then table.insert(list, setting) end
  end
  return table.move(settings, 1, #settings, #list + 1, list)
end

--- Set options as the command line does, { { path =, value = }, ... }: true, or nil and the reason.
-- The code stays, and so do all tasks.
function reload.set(settings)
  if not core.info().running then return nil, "the node is starting or stopping" end
  local entry = {}
  for key, value in pairs(node.spec.entry) do entry[key] = value end
  entry["--"] = override(entry["--"] or {}, settings)
  local root = node.root
  local declaration, found = building.declare(root.role, root.declaration.path, entry)
  if not declaration then return nil, (problems.summary(found)) end
  local plan, reason = transition.change_to(declaration)
  if not plan then return nil, reason end
  node.spec.entry = entry
  if plan.parts_change then core.end_mains() end -- some may be of parts that are gone
  transition.begin_added(plan)
  if plan.parts_change then transition.run_mains(plan) end
  return true
end

return reload
