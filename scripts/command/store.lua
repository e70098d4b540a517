--- sloop store: look into the stores of a node, also while it runs.
local arguments = require "command/arguments"
local core = require "sloop".core
local data_folder = require "base/data_folder"
local running = require "command/running_nodes"

local store = {
  section = "operate",
  usage = "NODE|FILE [REQUEST]",
  completes = { "node", { "list", "get", "dump" } },
  text = [[
Reads what a node has put into its stores and committed. NODE is the name of a node, of one of a
topology (TOPOLOGY/NODE), or of one that ran; FILE is a store's file, NAME.sqlite.

  list [PREFIX]    its keys, in order; those that begin so
  get KEY          the value of this key: a string as it is, anything else as Lua writes it
  dump [PREFIX]    keys and values, as Lua writes them

Without a request the stores of the node are listed. Bytes that are no text are escaped in `list`
and `dump`.]],
  options = {
    { "store", "name", "which of its stores; may be left out when there is one", as = "NAME" },
    { "data", "string", "the folder that the node was given with --data", as = "DIR" },
  },
  notes = [[
Exit status: 0 done, 1 there is no such store or key, 2 wrong usage.

  sloop store titanic.titanic list live:
  sloop store /var/lib/jobs/jobs.sqlite get counts]],
}

-- ---- values as text ----

local function quoted(text)
  local strange = utf8.len(text) and "[%c\"\\]" or "[%c\"\\\x7f-\xff]"
  return '"' .. text:gsub(strange, function(c)
    if c == "\n" then return "\\n" elseif c == '"' or c == "\\" then return "\\" .. c end
    return ("\\x%02x"):format(c:byte())
  end) .. '"'
end

local function number(value)
  if math.type(value) == "integer" then return ("%d"):format(value) end
  if value ~= value then return "0/0" end
  if value == math.huge or value == -math.huge then return value > 0 and "1/0" or "-1/0" end
  local text = ("%.17g"):format(value)
  return text:find "[.eE]" and text or text .. ".0"
end

local literal

local function table_literal(value)
  local parts, others = {}, {}
  for i = 1, #value do parts[i] = literal(value[i]) end
  for key, each in pairs(value) do
    if math.type(key) ~= "integer" or key < 1 or key > #value then
      local is_name = type(key) == "string" and key:find "^[%a_][%w_]*$"
      local written = is_name and key or "[" .. literal(key) .. "]"
      table.insert(others, written .. " = " .. literal(each))
    end
  end
  table.sort(others)
  table.move(others, 1, #others, #parts + 1, parts)
  return "{ " .. table.concat(parts, ", ") .. " }"
end

function literal(value)
  if type(value) == "string" then return quoted(value) end
  if type(value) == "table" then return next(value) and table_literal(value) or "{}" end
  return type(value) == "number" and number(value) or tostring(value)
end

-- ---- which file ----

local function is_file(path)
  local file = io.open(path, "rb")
  if not file then return false end
  local _, problem = file:read(1) -- of a folder
  file:close()
  return problem == nil
end

-- The names of the stores in a folder, in order.
local function stores_in(folder)
  local names = {}
  for _, file in ipairs(core.files(folder)) do
    table.insert(names, file:match "^(.*)%.sqlite$")
  end
  table.sort(names)
  return names
end

-- The folders where a node of this name has its stores: where it says so, if it runs.
local function folders_of(name)
  local path, node = running.find(name)
  local status = path and running.ask(name, path, { command = "status", node = node })
  if status and status.data then return { status.data } end
  local topology, of_topology = name:match "^(.+)/([^/]+)$"
  local within = topology and data_folder(topology)
  return { data_folder(name), within and within .. "/" .. of_topology }
end

-- The folder and the names of the stores in it; nil and why there are none.
local function find(name, data)
  local last
  for _, folder in ipairs(data and { data } or folders_of(name)) do
    local names = stores_in(folder)
    if names[1] then return folder, names end
    last = last or folder
  end
  return nil, ("node '%s' has no stores%s: name its file, or its folder with --data=DIR"):format(
    name, last and " in " .. last or "")
end

-- The path of the one store that is meant; nil and why not.
local function choose(name, flags)
  if is_file(name) then return name end
  local folder, names = find(name, flags.data)
  if not folder then return nil, names end
  local chosen = flags.store or names[2] == nil and names[1]
  for _, each in ipairs(names) do
    if each == chosen then return ("%s/%s.sqlite"):format(folder, each) end
  end
  return nil, ("%s: its stores are %s"):format(
    chosen and ("node '%s' has no store '%s'"):format(name, chosen) or "say which, with --store=",
    table.concat(names, ", "))
end

-- ---- requests ----

local function say(...) io.stdout:write(...) end

local requests = {}

function requests.list(entries, prefix)
  for key in entries:next(prefix or "") do say(quoted(key):sub(2, -2), "\n") end
  return 0
end

function requests.dump(entries, prefix)
  for key, value in entries:next(prefix or "") do
    say("[", quoted(key), "] = ", literal(value), "\n")
  end
  return 0
end

function requests.get(entries, key)
  local value = entries:get(key)
  if value == nil then return arguments.fail(("there is no key '%s'"):format(key)) end
  say(type(value) == "string" and value or literal(value), "\n")
  return 0
end

local function show_stores(name, flags)
  if is_file(name) then return store.run { words = { name, "list" }, flags = flags } end
  local folder, names = find(name, flags.data)
  if not folder then return arguments.fail(names) end
  for _, each in ipairs(names) do say(each, "  ", folder, "/", each, ".sqlite\n") end
  return 0
end

function store.run(given)
  local name, request, key, more = table.unpack(given.words)
  if not name then return arguments.usage_error "whose store? sloop store NODE|FILE" end
  if not request then return show_stores(name, given.flags) end
  local act = requests[request]
  if not act or more or (request == "get" and not key) then
    return arguments.usage_error(act and "sloop store NODE|FILE " .. (request == "get" and "get KEY"
      or request .. " [PREFIX]") or ("no request '%s': list, get or dump"):format(request))
  end
  local path, reason = choose(name, given.flags)
  if not path then return arguments.fail(reason) end
  local entries
  entries, reason = core.stored(path)
  if not entries then return arguments.fail(reason) end
  local ok, status = pcall(act, entries, key)
  if not ok then return arguments.fail(("%s: %s"):format(path, status)) end
  return status
end

return store
