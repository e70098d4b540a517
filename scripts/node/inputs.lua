--- The standard input of a node: opened by the instance that has it, kept through a reload.
-- It is known by its source, so that what takes an instance's place goes on with the next line.
-- Gets the node of node.lua.
local node = ...
local core = node.core

local inputs = {}

--- Open what this declaration reads: true, or nil and the reason.
function inputs.open(declaration)
  for name, source in pairs(declaration.inputs) do
    if not node.inputs[source] then
      local input, reason, code = core.input()
      if code == "EBUSY" then reason = "another node of this program reads it" end
      if not input then
        return nil, ("%s: input '%s': %s: %s"):format(declaration.path, name, source, reason)
      end
      node.inputs[source] = input
    end
  end
  return true
end

--- From now on the instance's handlers are called.
function inputs.attach(inst)
  for name, source in pairs(inst.declaration.inputs) do node.inputs[source]:attach(inst, name) end
end

--- Prepare an instance for another declaration: a change of reload_sockets.lua.
function inputs.prepare(change, inst, new)
  local ok, reason = inputs.open(new)
  if not ok then return nil, reason end
  change:on_commit(function() inputs.attach(inst) end)
  return true
end

--- Close what no instance reads any more.
function inputs.sweep()
  local used = {}
  for _, inst in ipairs(node.all) do
    for _, source in pairs(inst.declaration.inputs) do used[source] = true end
  end
  for source, input in pairs(node.inputs) do
    if not used[source] then
      input:close()
      node.inputs[source] = nil
    end
  end
end

return inputs
