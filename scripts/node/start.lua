--- How instances begin: `init`, then the handlers and `main`. At the start all of them, after a
-- reload those that are new or have changed. Gets the node of node.lua.
local node = ...
local core = node.core
local plain = require "base/plain_data"

-- What C reads of an instance: bindings/objects/self.h.
local SELF <const>, ON <const>, PART <const> = 1, 2, 5

local start = {}

local function fields_of(inst)
  local fields = {}
  for name, value in next, inst[SELF] do fields[name] = value end
  return fields
end

--- What is in the instance's state that is not plain data, as one line; nil when all is well.
function start.offence(inst)
  local fields = fields_of(inst)
  return not core.is_plain(fields) and plain.offence(fields, "self", core.is_host_object) or nil
end

--- The same of what can be looked at in pieces, with `pause` called in between.
function start.sampled_offence(inst, pause)
  return plain.offence(fields_of(inst), "self", core.is_host_object, pause)
end

--- Run every `init`, parts first.
function start.start()
  core.task(true, function()
    for _, inst in ipairs(node.all) do
      local init = inst.role.init
      if init then init(inst[SELF]) end
    end
    core.started()
  end)
end

--- Start the instance's `main`, if it has one. Only that of the node itself ends it by returning.
function start.run_main(inst)
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
function start.handle_sockets(inst)
  for name, socket in pairs(inst.sockets) do
    local declared = inst.declaration.sockets[name]
    core.handle(socket, inst[ON][name] and (declared.parallel or 1) or 0, declared.when ~= nil)
  end
end

--- From now on the instance's handlers are called.
function start.enable(inst)
  start.handle_sockets(inst)
  for _, relay in pairs(inst.relays) do relay:resume() end
  for name, timer in pairs(inst.timers) do timer:set(inst.declaration.timers[name]) end
  if next(inst.declaration.inputs) then node.tool "node/inputs".attach(inst) end
end

local function warn_of_fixed_ids()
  for _, inst in ipairs(node.all) do
    for _, socket in pairs(inst.declaration.sockets) do
      if socket.options.routing_id then
        for _, each in ipairs(node.tool "role/fixed_ids".within(node.root.declaration)) do
          core.warn(("%s: %s"):format(each.place, each.message))
        end
        return
      end
    end
  end
end

--- `init` is done: handlers may be called.
function start.started()
  warn_of_fixed_ids()
  for _, inst in ipairs(node.all) do
    local offence = start.offence(inst)
    if offence and node.spec.strict then return core.stop(nil, offence) end
    if offence then core.warn(offence .. ": a reload can't keep it") end
  end
  for _, inst in ipairs(node.all) do start.enable(inst) end
  for _, inst in ipairs(node.all) do start.run_main(inst) end
end

return start
