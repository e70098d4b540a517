--- A running node changes its code: load beside the running code, check, change over, go on.
-- Whatever fails leaves everything as it was. Gets the node of node.lua.
local node = ...
local core = node.core
local start, declare_role = node.tool "node/start", node.tool "node/declare_role"
local problems = require "role/problems"
local loader = require "sloop.loader"
local code_version, reload_plan = node.tool "node/code_version", node.tool "node/reload_plan"
local error_text, note_variables = node.tool "node/error_text", node.tool "node/note_variables"
local upvalues = require "node/upvalues"

local SELF <const> = 1
local PROBATION_MS <const> = 5000
local MOST_CHECKS <const> = 100 -- 5 s: the wait for a file that is being written

local reload = { done = 0, refused = 0, reason = nil }

--- A hash of all the code that runs, as 16 hex digits.
reload.hash = code_version.hash

-- ---- going on ----

local function go_on(plan)
  core.retire(plan.all_tasks or false)
  for _, inst in ipairs(node.all) do
    if inst.role.reloaded and not reload_plan.is_new(plan, inst) then
      core.task(false, inst.role.reloaded, inst[SELF])
    end
  end
  reload_plan.begin_added(plan)
  reload_plan.run_mains(plan)
  note_variables(node.root.declaration)
end

-- ---- what a reload can't keep ----

-- A large state takes a while to look at, so this is a task, which the next reload closes, and
-- it does not look at all of it.
local function warn_of_offences()
  core.main_task(function()
    local self = node.root[SELF]
    local function look()
      for _, inst in ipairs(node.all) do
        local offence = start.sampled_offence(inst, function() self:sleep(0) end)
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

local function declare(role, path, entry)
  local declaration, found = declare_role.declare(role, path, entry)
  if not declaration then return nil, (problems.summary(found)) end
  return declaration
end

local function load_fresh()
  local role, path = loader.load_role(node.spec.role)
  if not role then return nil, path end
  local declaration, found = declare_role.declare(role, path, node.spec.entry)
  if declaration then return declaration end
  local reason, status = problems.summary(found)
  if status ~= 2 then return nil, reason end
  return nil, reason .. "; it was given when the node was started: declare it again, or start the "
    .. "node without it"
end

-- The script's own functions run here: what they raise, and what never ends, is a reason.
local function limited(fn, ...)
  local ok, declaration, reason = core.limited(fn, ...)
  if ok then return declaration, reason end
  return nil, error_text(declaration)
end

local function snapshot(was)
  return {
    declaration = node.root.declaration, states = reload_plan.states(), was = was,
    version = reload_plan.version(node.root.role),
  }
end

-- Change over to what was loaded since `was`: true, or nil and the reason.
local function take(fresh, was)
  local before = node.spec.probation and snapshot(was)
  local plan, reason = reload_plan.change_to(fresh)
  if not plan then return nil, reason end
  code_version.accept()
  if not before then code_version.drop(was) end
  go_on(plan)
  reload.before = before
  if before then core.probation(node.spec.probation + 1, PROBATION_MS) end
  warn_of_offences()
  return true
end

-- True, and whether there was anything new; or nil, the reason, and true when a file that is being
-- written may be it.
local function attempt()
  node.reloads = true
  if not core.info().running then return nil, "the node is starting or stopping" end
  local changed = changed_variables()
  local was = code_version.begin()
  local fresh, reason = limited(load_fresh)
  if fresh and code_version.is_same(was) and reload_plan.is_same(fresh) then
    code_version.recall(was)
    return true, false
  end
  local written = code_version.half_written()
  if written then
    code_version.recall(was)
    return nil, reason or written .. " is being written; reload when it is saved", true
  end
  local ok = fresh ~= nil
  if ok then ok, reason = take(fresh, was) end
  if not ok then
    code_version.refuse(was)
    return nil, reason
  end
  warn_of_variables(changed)
  return true, true
end

--- Reload the node's code from its files: true; or nil, the reason, and the old code goes on. The
-- log says which. Files that say what runs already change nothing. With `patient` a file that is
-- being written is no failure: nil, and nothing is said.
function reload.reload(patient)
  local began = core.clock()
  local ok, is_new, too_early = attempt()
  if too_early and patient then return nil end
  local generation = ("generation %d (%s)"):format(core.info().generation, reload.hash())
  if not ok then
    reload.refused, reload.reason = reload.refused + 1, is_new
    core.warn("reload refused, the old code goes on: " .. is_new)
    return nil, is_new
  elseif is_new then
    reload.done, reload.took = reload.done + 1, core.clock() - began
    core.log(("reloaded: %s in %.2f ms"):format(generation, reload.took))
  else
    core.log("reload: the files hold what runs already: " .. generation)
  end
  return true
end

-- While the node starts there is no code to go back to: it reloads when it has started.
local function wait_for_start()
  if not core.info().starting then return false end
  if not node.reload_is_due then core.log "reload: when 'init' has ended" end
  node.reload_is_due = true
  return true
end

-- In a simulation a reload may change to another file.
local function take_next_role()
  node.spec.role, node.spec.next_role = node.spec.next_role or node.spec.role, nil
end

--- SIGHUP.
function reload.hang_up()
  take_next_role()
  if not wait_for_start() then reload.reload() end
end

--- Files may have changed; `checks` is how often it was asked since anything happened to them.
-- False when it is too early to say.
function reload.changed(checks)
  local changed = code_version.changed(checks)
  if not changed or wait_for_start() then return changed ~= nil end
  local ok, reason = reload.reload(checks < MOST_CHECKS)
  return ok or reason ~= nil
end

--- Probation is over, or the new code has raised too many errors: then back to what was.
function reload.chore(failed)
  local before = reload.before
  reload.before = nil
  if not before then return end
  if not failed then return code_version.drop(before.was) end
  local same = reload_plan.version(node.root.role) == before.version
  local plan, reason = reload_plan.change_to(before.declaration, not same and before.states or nil)
  if not plan then return core.warn("can't go back to the code before: " .. reason) end
  code_version.recall(before.was)
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

-- Take over another entry: true, or nil and the reason. The code stays, and so do all tasks.
local function change_entry(entry)
  if not core.info().running then return nil, "the node is starting or stopping" end
  local root = node.root
  local declaration, reason = limited(declare, root.role, root.declaration.path, entry)
  if not declaration then return nil, reason end
  local plan
  plan, reason = reload_plan.change_to(declaration)
  if not plan then return nil, reason end
  node.spec.entry = entry
  if plan.parts_change then core.end_mains() end -- some may be of parts that are gone
  reload_plan.begin_added(plan)
  if plan.parts_change then reload_plan.run_mains(plan) end
  return true
end

--- Set options as the command line does, { { path =, value = }, ... }: true, or nil and the reason.
function reload.set(settings)
  local entry = {}
  for key, value in pairs(node.spec.entry) do entry[key] = value end
  entry["--"] = override(entry["--"] or {}, settings)
  return change_entry(entry)
end

--- Take over the node's entry in a topology that was loaded again; what was set stays set.
function reload.set_entry(entry)
  entry["--"] = override(entry["--"] or {}, node.spec.entry["--"] or {})
  return change_entry(entry)
end

return reload
