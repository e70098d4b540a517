--- Sockets that will do nothing, as far as the declaration and the text of a role show: a SUB
-- without a subscription, a socket whose messages nothing reads.
local silent_sockets = {}

local RECEIVES <const> = {
  pull = true, sub = true, dealer = true, router = true, rep = true, xsub = true, stream = true,
}

local function in_relay(declaration, name)
  for _, relay in pairs(declaration.relays) do
    for _, socket in pairs(relay) do
      if socket == name then return true end
    end
  end
  return false
end

local function is_read(declaration, name, text)
  local on = declaration.role.on
  return type(on) == "table" and on[name] ~= nil or in_relay(declaration, name)
    or text:find("recv", 1, true) ~= nil
end

--- Warnings, in order of the sockets' names: a list of { name =, message = }. `text` is the role's
-- and that of the modules it requires.
function silent_sockets.find(declaration, text)
  local found = {}
  for name, socket in pairs(declaration.sockets) do
    local message
    if socket.type == "sub" and not socket.subscribe[1]
      and not text:find("subscribe%s*%(") and not text:find(":subscribe", 1, true) then
      message = "a sub without a subscription receives nothing: subscribe = \"\" is for all"
    elseif RECEIVES[socket.type] and not is_read(declaration, name, text) then
      message = ("nothing reads it: there is no handler on.%s and no recv"):format(name)
    end
    if message then
      table.insert(found, { name = name, message = ("socket '%s': %s"):format(name, message) })
    end
  end
  table.sort(found, function(a, b) return a.name < b.name end)
  return found
end

return silent_sockets
