--- The `self` of a role: its state, and what is found through it but is no state.
-- Stays as long as the node, unlike what builds it. Gets the node of node.lua.
local node = ...

local LIFE <const> = { init = true, main = true, stop = true, migrate = true, reloaded = true }

-- Methods are looked up in the role at each call, so that a reload takes effect.
local function method_of(inst, key)
  local method = inst.role[key]
  if type(method) == "function" and not LIFE[key] then return method end
end

local function refuse_field(inst, key)
  local near = node.tool "base/nearest".hint(key, inst.declaration.state)
  error(("self.%s is not declared in 'state'%s"):format(tostring(key), near), 3)
end

--- The self of an instance without its state; `methods` are those of C. Notes in the instance the
-- names that are found through it: options, methods of C; sockets, parts and others are added.
return function(inst, methods)
  local names = { options = inst.declaration.options, name = node.spec.name, args = node.spec.args }
  for name, method in pairs(methods) do names[name] = method end
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
