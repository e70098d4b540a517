--- A role's timers, relays and the handlers in `on`, checked.
-- A handler's name is that of its source: a socket, a timer, a signal, a part. Calls none.
local convert = require "role/convert"
local names = require "base/names"
local nearest = require "base/nearest"
local sorted_keys = require "base/sorted_keys"

local handlers = {}

-- The period may come from an option of the command line: then that is reported.
local function bad_period(context, name, option, value)
  if option and context.given[option] then
    return context:usage("option '%s' is the period of timer '%s' and must be positive, not %s",
      context.prefix .. option, name, convert.quote(value))
  end
  context:problem({ "timers", name }, "timer '%s': the period must be positive, not %s", name,
    convert.quote(value))
end

local function period(context, name, declared)
  local option
  if type(declared) == "string" then
    if context.options[declared] == nil then
      return context:problem({ "timers", name }, "timer '%s' names no option '%s'%s", name,
        declared, nearest.hint(declared, context.options))
    end
    option, declared = declared, context.options[declared]
  end
  if type(declared) ~= "number" then
    return context:problem({ "timers", name },
      "timer '%s': the period is milliseconds or the name of an option that is, not %s", name,
      convert.quote(declared))
  end
  if declared > 0 and declared < math.huge then return declared end
  return bad_period(context, name, option, declared)
end

--- name -> ms.
function handlers.timers(context, declared)
  local timers = {}
  for name, value in pairs(declared) do timers[name] = period(context, name, value) or false end
  return timers
end

local RELAY <const> = { front = true, back = true, capture = true }

local function relay_key(key) -- { front, back, capture = } may also be given by name
  return key == 1 and "front" or key == 2 and "back" or key
end

local function resolve_relay(context, name, declared, sockets, taken)
  local where = { "relays", name }
  if type(declared) ~= "table" then
    return context:problem(where, "relay '%s' is { front, back, capture = }, not %s", name,
      convert.quote(declared))
  end
  local relay = {}
  for key, socket in pairs(declared) do
    local role = relay_key(key)
    if not RELAY[role] then
      context:problem({ "relays", name, key }, "relay '%s': unknown key %s%s", name,
        convert.quote(key), type(key) == "string" and nearest.hint(key, RELAY) or "")
    elseif not sockets[socket] then
      context:problem(where, "relay '%s' names no socket %s%s", name, convert.quote(socket),
        type(socket) == "string" and nearest.hint(socket, sockets) or "")
    elseif taken[socket] then
      context:problem(where, "relay '%s': socket '%s' is already in relay '%s'", name, socket,
        taken[socket])
    else
      relay[role], taken[socket] = socket, name
    end
  end
  for _, role in ipairs { "front", "back" } do
    if declared[role] == nil and declared[role == "front" and 1 or 2] == nil then
      context:problem(where, "relay '%s' has no %s", name, role)
    end
  end
  return relay
end

--- name -> { front =, back =, capture = }, the names of sockets.
function handlers.relays(context, declared, sockets)
  local relays, taken = {}, {}
  for _, name in ipairs(sorted_keys(declared)) do -- of two with one socket always the same is told
    relays[name] = resolve_relay(context, name, declared[name], sockets, taken)
  end
  return relays
end

local SENDERS <const> = { push = true, pub = true }

local function relay_of(relays, socket)
  for name, relay in pairs(relays) do
    if relay.front == socket or relay.back == socket or relay.capture == socket then return name end
  end
end

local function check_socket(context, name, socket, relays)
  local relay = relay_of(relays, name)
  if relay then
    context:problem({ "on", name }, "on.%s: relay '%s' takes the messages of '%s'", name, relay,
      name)
  elseif SENDERS[socket.type] then
    context:problem({ "on", name }, "on.%s: a %s receives nothing", name, socket.type)
  end
end

-- What a handler may be for: name -> "socket", "timer", "input", "part" or "events".
local function sources(declaration)
  local known = {}
  for name in pairs(declaration.sockets) do known[name] = "socket" end
  for name in pairs(declaration.timers) do known[name] = "timer" end
  for name in pairs(declaration.inputs) do known[name] = "input" end
  for name in pairs(declaration.parts) do known[name] = "part" end
  for _, socket in pairs(declaration.sockets) do
    if socket.events then known[socket.events] = known[socket.events] or "events" end
  end
  return known
end

local function check_one(context, name, handler, known, declaration)
  local is_lua = type(handler) == "function" and context.tools.place_of(handler)
  local where = is_lua and handler or { "on", name }
  if type(name) == "string" and context.tools.signals[name] then
    table.insert(declaration.signals, name)
  elseif names.taken_signals[name] then
    context:problem(where, "on.%s: %s", name, names.taken_signals[name])
  elseif not known[name] then
    context:problem(where, "on.%s names no socket, timer, input, signal, part or events%s",
      tostring(name),
      type(name) == "string" and nearest.hint(name, known, context.tools.signals) or "")
  elseif known[name] == "socket" then
    check_socket(context, name, declaration.sockets[name], declaration.relays)
  end
  if type(handler) ~= "function" then
    context:problem({ "on", name }, "on.%s is a function, not %s", tostring(name),
      convert.quote(handler))
  end
end

-- A timer, an input or events without a handler would do nothing: the handler's name is misspelt.
local function check_missing(context, on, declaration, known)
  local unknown = false -- such a handler was reported, and is the likelier mistake
  for name in pairs(on) do
    unknown = unknown
      or not (known[name] or context.tools.signals[name] or names.taken_signals[name])
  end
  if unknown then return end
  for name in pairs(declaration.timers) do
    if on[name] == nil then
      context:problem({ "timers", name }, "timer '%s' has no handler on.%s", name, name)
    end
  end
  for name in pairs(declaration.inputs) do
    if on[name] == nil then
      context:problem({ "inputs", name }, "input '%s' has no handler on.%s", name, name)
    end
  end
  for name, socket in pairs(declaration.sockets) do
    if socket.events and on[socket.events] == nil then
      context:problem({ "sockets", name, "events" }, "socket '%s': there is no handler on.%s%s",
        name, socket.events, nearest.hint(socket.events, on))
    end
  end
end

local NOUNS <const> = {
  sockets = "a socket", parts = "a part", inputs = "an input", timers = "a timer",
}

-- What has this name besides one of that section: "a socket"; or nil.
local function other_with(declaration, name, section)
  for _, each in ipairs { "sockets", "parts", "inputs", "timers" } do
    if each ~= section and declaration[each][name] then return NOUNS[each] end
  end
end

-- Sources share the names in `on`: a handler belongs to one of them.
local function check_shared(context, declaration)
  for name in pairs(declaration.timers) do
    local other = other_with(declaration, name, "timers")
    if other then
      context:problem({ "timers", name }, "'%s' is both a timer and %s", name, other)
    end
  end
  for name in pairs(declaration.inputs) do
    local other = declaration.sockets[name] and "socket" or declaration.parts[name] and "part"
    if other then
      context:problem({ "inputs", name }, "'%s' is both an input and a %s", name, other)
    end
  end
  for name, socket in pairs(declaration.sockets) do
    local events = socket.events
    local other = events and other_with(declaration, events)
    if other then
      context:problem({ "sockets", name, "events" },
        "'%s' is both the events of socket '%s' and %s", events, name, other)
    end
  end
end

--- Checks the handlers; the signals among them go into declaration.signals, in order.
function handlers.check(context, on, declaration)
  local known = sources(declaration)
  declaration.signals = {}
  for name, handler in pairs(on) do check_one(context, name, handler, known, declaration) end
  table.sort(declaration.signals)
  check_missing(context, on, declaration, known)
  check_shared(context, declaration)
end

return handlers
