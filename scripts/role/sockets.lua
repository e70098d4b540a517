--- Declarations of sockets: the role's, overridden by the entry, overridden by the command line.
-- Checks the keys of a declaration. Opens nothing.
local convert = require "role/convert"
local endpoint = require "role/endpoint"
local names = require "base/names"
local nearest = require "base/nearest"
local socket_limits = require "role/socket_limits"

local sockets = {}

-- Types that libzmq has only when built with its draft API.
local DRAFTS <const> = {
  channel = true, client = true, dgram = true, dish = true, gather = true, peer = true,
  radio = true, scatter = true, server = true,
}
local LISTS <const> = { bind = true, connect = true, subscribe = true }

-- Each layer of a declaration is a table of keys and `problem(key, format, ...)`, which reports a
-- problem where the layer is written; the role's own also has the context, as `own`. A wrong value
-- is left out.

-- The endpoint may come from an option of the command line: then that is reported.
local function bad_endpoint(layer, name, key, text, reason)
  local context = layer.own
  local culprit = context and context:option_with(text)
  local message = ("socket '%s': cannot %s to '%s': %s"):format(name, key, text, reason)
  if culprit then return context:usage("option '%s': %s", culprit, message) end
  layer.problem(key, "%s", message)
end

-- Such as --inbox.bind=$UNSET in a shell.
local function empty_endpoint(layer, name, key)
  layer.problem(key, "socket '%s': '%s' is empty; %s is how to %s to nothing", name, key,
    layer.text and ("--no-%s.%s"):format(layer.path, key) or key .. " = false", key)
end

local function add_list(layer, name, key, value, out)
  if value == false then value = {} end
  if value == "" and key ~= "subscribe" then return empty_endpoint(layer, name, key) end
  if type(value) == "string" then value = { value } end
  if type(value) ~= "table" then
    return layer.problem(key, "socket '%s': '%s' is a string or a list of them, not %s", name, key,
      convert.quote(value))
  end
  local list = {}
  for i, text in ipairs(value) do
    if text == "" and key ~= "subscribe" then return empty_endpoint(layer, name, key) end
    if type(text) ~= "string" then
      return layer.problem(key, "socket '%s': '%s' is a string or a list of them, not of %ss", name,
        key, type(text))
    end
    local reason = key ~= "subscribe" and endpoint.problem(text, key)
    if reason then bad_endpoint(layer, name, key, text, reason) end
    list[i] = text
  end
  if #list == 0 and next(value) ~= nil then
    return layer.problem(key, "socket '%s': '%s' is a string or a list of them", name, key)
  end
  out[key] = list
end

local function add_parallel(layer, name, value, out)
  local number = layer.text and convert.from_text({ name = "integer" }, tostring(value))
    or not layer.text and convert.from_value({ name = "integer" }, value)
  if not number or number < 1 then
    return layer.problem("parallel", "socket '%s': 'parallel' is an integer of at least 1, not %s",
      name, convert.quote(value))
  end
  out.parallel = number
end

local function add_option(layer, name, key, value, out, kind)
  kind = { name = kind }
  local converted
  if not layer.text then
    converted = convert.from_value(kind, value)
  elseif type(value) == "boolean" then
    if kind.name ~= "boolean" then
      return layer.problem(key, "socket '%s': '%s' needs a value", name, key)
    end
    converted = value
  else
    converted = convert.from_text(kind, value)
  end
  if converted == nil then
    return layer.problem(key, "socket '%s': '%s' takes %s, not %s", name, key,
      convert.describe(kind), convert.quote(value))
  end
  local problem = socket_limits.problem(key, kind, converted)
  if problem then return layer.problem(key, "socket '%s': '%s' %s", name, key, problem) end
  out.options[key], out.origin[key] = converted, layer
end

-- `when` and `events` refer to the role's own functions, so only the role may set them.
local function add_code(layer, name, key, value, out)
  if not layer.own then
    return layer.problem(key, "socket '%s': only the role itself can set '%s'", name, key)
  end
  local wanted = key == "when" and "function" or "string"
  if type(value) ~= wanted then
    return layer.problem(key, "socket '%s': '%s' is a %s, not %s", name, key,
      key == "when" and "function" or "handler's name", convert.quote(value))
  end
  out[key] = value
end

local function unknown_key(context, layer, name, key)
  if key == "type" then
    return layer.problem(key, "socket '%s': the type comes first: { \"dealer\", ... }", name)
  elseif type(key) == "string" then
    return layer.problem(key, "socket '%s': unknown option '%s'%s", name, key,
      socket_limits.alias_hint(key)
        or nearest.hint(key, names.socket, context.tools.socket_options))
  end
  return layer.problem(key, "socket '%s': unexpected %s (endpoints are bind = or connect =)", name,
    convert.quote(layer.keys[key]))
end

local function apply(context, layer, name, out)
  for key, value in pairs(layer.keys) do
    local kind = context.tools.socket_options[key]
    if LISTS[key] then
      add_list(layer, name, key, value, out)
    elseif kind then
      add_option(layer, name, key, value, out, kind)
    elseif key == "parallel" then
      add_parallel(layer, name, value, out)
    elseif key == "when" or key == "events" then
      add_code(layer, name, key, value, out)
    elseif key ~= 1 or not layer.own then
      unknown_key(context, layer, name, key)
    end
  end
end

local function check_type(context, layer, name, out)
  local kind = layer.keys[1]
  if kind == nil then
    return layer.problem(1, "socket '%s' has no type: { \"dealer\", ... }", name)
  elseif DRAFTS[kind] then
    return layer.problem(1, "socket '%s': '%s' is a draft type of libzmq, which is not supported",
      name, kind)
  elseif not context.tools.socket_types[kind] then
    local hint = type(kind) == "string" and nearest.hint(kind, context.tools.socket_types) or ""
    return layer.problem(1, "socket '%s': unknown type %s%s", name, convert.quote(kind), hint)
  end
  out.type = kind
end

local function own_layer(context, name, keys)
  return { own = context, keys = keys, problem = function(key, ...)
    context:problem({ "sockets", name, key }, ...)
  end }
end

-- The command line's settings of one socket as a table of keys; lists are given by repeating.
local function user_keys(context, name)
  local keys
  for _, setting in ipairs(context.settings) do
    local path = setting.path
    if #path == 2 and path[1] == name then
      keys = keys or {}
      local key = path[2]
      if LISTS[key] and type(setting.value) == "string" then
        keys[key] = keys[key] or {}
        table.insert(keys[key], setting.value)
      else
        keys[key] = setting.value
      end
      setting.used = true
    end
  end
  return keys
end

-- The option may come from another layer than the type: it is reported there.
local function check_applicable(own, name, out)
  for key, layer in pairs(out.origin) do
    local problem = out.type and socket_limits.type_problem(key, out.type)
    if problem then layer.problem(key, "socket '%s': '%s' %s", name, key, problem) end
  end
  out.origin = nil
  if out.options.ipv6 then return end
  for _, use in ipairs { "bind", "connect" } do
    for _, text in ipairs(out[use]) do
      if endpoint.is_ipv6(text) then
        own.problem(use, "socket '%s': '%s' is an IPv6 address: set ipv6 = true", name, text)
      end
    end
  end
end

local function resolve_one(context, name, declared)
  local out = { bind = {}, connect = {}, subscribe = {}, options = {}, parallel = 1, origin = {} }
  if type(declared) ~= "table" then
    context:problem({ "sockets", name }, "socket '%s' is a table, { \"dealer\", ... }, not %s",
      name, convert.quote(declared))
    return out
  end
  local layer = own_layer(context, name, declared)
  check_type(context, layer, name, out)
  apply(context, layer, name, out)
  local override = context.entry[name]
  if type(override) == "table" then
    context.entry[name] = nil
    apply(context, { keys = override, problem = function(key, ...)
      context:entry_problem({ name, key }, ...)
    end }, name, out)
  end
  local keys = user_keys(context, name)
  if keys then
    apply(context, {
      keys = keys, text = true, path = (context.prefix .. name):gsub("_", "-"),
      problem = function(_, ...) context:usage(...) end,
    }, name, out)
  end
  check_applicable(layer, name, out)
  if out.subscribe[1] and out.type and out.type ~= "sub" then
    layer.problem("subscribe", "socket '%s': only a sub subscribes, not a %s", name, out.type)
  end
  return out
end

--- name -> { type =, bind = {}, connect = {}, subscribe = {}, options = {}, when =, parallel =,
-- events = }, the type missing where it was wrong.
function sockets.resolve(context, declared)
  local result = {}
  for name, declaration in pairs(declared) do
    result[name] = resolve_one(context, name, declaration)
  end
  return result
end

return sockets
