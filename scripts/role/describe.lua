--- The description of a role that `sloop show ROLE` and `sloop run ROLE --help` print.
-- Made from a declaration and the comments of the script: the first one, and those on the lines of
-- options, sockets, timers and parts.
local columns = require "base/columns"
local convert = require "role/convert"
local endpoint = require "role/endpoint"
local locate = require "check/locate"
local ranges = require "role/ranges"
local sorted_keys = require "base/sorted_keys"

local describe = {}

--- The first comment of a script, without its dashes; "" when it begins with code.
function describe.comment(text)
  text = text:gsub("^\xef\xbb\xbf", ""):gsub("^#[^\n]*\n", "")
  local level, block = text:match("^%-%-%[(=*)%[\n?(.*)$")
  if level then
    local close = block:find("]" .. level .. "]", 1, true) or #block + 1
    return (block:sub(1, close - 1):gsub("%s+$", ""))
  end
  local lines = {}
  for line in text:gmatch("([^\n]*)\n?") do
    local said = line:match("^%-%-+%s?(.*)$")
    if not said then break end
    if not said:find("^@") then table.insert(lines, said) end
  end
  return (table.concat(lines, "\n"):gsub("%s+$", ""))
end

local text_view = {}
text_view.__index = text_view

-- From the script's text: remarks, and the order of declarations.
local function view(declaration, text)
  local self = setmetatable({ lines = {}, line = {}, rank = {}, siblings = {} }, text_view)
  for line in (text .. "\n"):gmatch("([^\n]*)\n") do table.insert(self.lines, line) end
  local places = locate.places(text)
  local root = locate.root(places, declaration.role)
  for rank, place in ipairs(places) do
    if place.root == root and not self.rank[place.path] then
      local section = place.path:match("^(.*)%.[^.]*$") or ""
      local key = section .. ":" .. place.line
      self.rank[place.path], self.line[place.path] = rank, place.line
      self.siblings[key] = (self.siblings[key] or 0) + 1
    end
  end
  return self
end

-- Where the comment of a line begins, and its text; nil when it has none.
local function line_comment(line)
  local blank = function(quoted) return ("x"):rep(#quoted) end -- dashes in strings are none
  local at = line:gsub('"[^"]*"', blank):gsub("'[^']*'", blank):find("--", 1, true)
  if at then return at, line:match("^%-+%s*(.-)%s*$", at) end
end

-- The comment behind section.name, if its line declares nothing else of the section, with the lines
-- that go on with it, in the same column; or "".
function text_view:remark(section, name)
  local line = self.line[section .. "." .. name]
  if not line or self.siblings[section .. ":" .. line] ~= 1 then return "" end
  local column, remark = line_comment(self.lines[line])
  if not column then return "" end
  local words = { remark }
  while true do
    line = line + 1
    local next_line = self.lines[line] or ""
    local at, more = line_comment(next_line)
    if at ~= column or next_line:find("^%s*%-%-") == nil then break end
    table.insert(words, more)
  end
  return table.concat(words, " ")
end

-- The names of a section, in the order of the text; those that it does not have last.
function text_view:names(section, declared)
  local names = {}
  for name in pairs(declared) do table.insert(names, name) end
  table.sort(names, function(a, b)
    local first, second = self.rank[section .. "." .. a], self.rank[section .. "." .. b]
    if first and second then return first < second end
    if first or second then return first ~= nil end
    return a < b
  end)
  return names
end

local function dashed(name) return (name:gsub("_", "-")) end

-- "integer, at least 1"; the values alone where they are listed.
local function type_text(kind, limit)
  local name = kind.list and "list of " .. kind.name .. "s" or kind.name
  local allowed = limit and ranges.text(limit, kind)
  if not allowed then return name end
  return limit[1] ~= nil and not kind.list and allowed or name .. ", " .. allowed
end

local function options_rows(declaration, text)
  local rows = {}
  for _, name in ipairs(text:names("options", declaration.options)) do
    local value = declaration.options[name]
    local default = convert.text(value)
    table.insert(rows, {
      "--" .. dashed(name), type_text(declaration.kinds[name], declaration.limits[name]),
      default == "" and "(none)" or default,
      text:remark("options", name),
    })
  end
  return rows
end

local function endpoints(socket)
  local parts = {}
  for _, use in ipairs { "bind", "connect" } do
    if socket[use][1] then
      table.insert(parts, use .. "s " .. (use == "connect" and "to " or "")
        .. table.concat(socket[use], ", "))
    end
  end
  return #parts > 0 and table.concat(parts, "; ") or "neither binds nor connects by itself"
end

local function relay_of(declaration, name)
  for relay, ends in pairs(declaration.relays) do
    for _, role in ipairs { "front", "back", "capture" } do
      if ends[role] == name then return ("%s of relay %s"):format(role, relay) end
    end
  end
end

local function sockets_rows(declaration, text)
  local rows = {}
  for _, name in ipairs(text:names("sockets", declaration.sockets)) do
    local socket = declaration.sockets[name]
    local said = text:remark("sockets", name)
    if said == "" then said = relay_of(declaration, name) or "" end
    table.insert(rows, { name, socket.type, endpoints(socket), said })
  end
  return rows
end

local function timers_rows(declaration, text)
  local rows, declared = {}, declaration.role.timers
  for _, name in ipairs(text:names("timers", declaration.timers)) do
    local option = type(declared) == "table" and declared[name]
    local from = type(option) == "string" and " (--" .. dashed(option) .. ")" or ""
    local period = ("every %s ms%s"):format(convert.text(declaration.timers[name]), from)
    table.insert(rows, { name, period, text:remark("timers", name) })
  end
  return rows
end

-- A part's own options, and those of its parts.
local function add_part_options(rows, part, prefix)
  for _, name in ipairs(sorted_keys(part.options)) do
    local value = convert.text(part.options[name])
    table.insert(rows, {
      "  --" .. prefix .. "." .. dashed(name), type_text(part.kinds[name], part.limits[name]),
      value == "" and "(none)" or value,
    })
  end
  for name, copies in pairs(part.parts) do
    if copies[1] then add_part_options(rows, copies[1], prefix .. "." .. dashed(name)) end
  end
end

local function parts_rows(declaration, text)
  local rows = {}
  for _, name in ipairs(text:names("parts", declaration.parts)) do
    local part = declaration.parts[name]
    local copies = part.count and ("%d copies"):format(part.count) or ""
    local path = part[1] and part[1].path or ""
    path = path:gsub("^.*patterns/", ""):gsub("%.lua$", "")
    table.insert(rows, { name, path, copies, text:remark("parts", name) })
    if part[1] then add_part_options(rows, part[1], dashed(name)) end
  end
  return rows
end

local function stores_rows(declaration, text)
  local rows = {}
  for _, name in ipairs(text:names("stores", declaration.stores)) do
    table.insert(rows, { name, text:remark("stores", name) })
  end
  return rows
end

local function inputs_rows(declaration, text)
  local rows = {}
  for _, name in ipairs(text:names("inputs", declaration.inputs)) do
    table.insert(rows, { name, declaration.inputs[name], text:remark("inputs", name) })
  end
  return rows
end

local function signals_rows(declaration)
  local rows = {}
  for _, name in ipairs(declaration.signals) do table.insert(rows, { name }) end
  return rows
end

-- Command lines to try, with options and sockets of the role.
local function examples(name, declaration, text)
  local run = "sloop run " .. name
  local rows = { { run } }
  for _, option in ipairs(text:names("options", declaration.options)) do
    local value = declaration.options[option]
    local fits = type(value) == "number" and value > 0
      and not ranges.problem(declaration.limits[option], declaration.kinds[option], value * 2)
    if fits then
      table.insert(rows, { ("%s --%s=%s"):format(run, dashed(option), convert.text(value * 2)) })
      break
    end
  end
  for _, socket in ipairs(text:names("sockets", declaration.sockets)) do
    local use = declaration.sockets[socket].bind[1] and "bind" or "connect"
    local first = declaration.sockets[socket][use][1]
    local port = first and select(2, endpoint.tcp(first))
    if port and port:find("^%d+$") then
      local elsewhere = use == "bind" and "tcp://*:" .. (tonumber(port) + 1000) % 65536
        or "tcp://192.0.2.1:" .. port
      table.insert(rows, { ("%s --%s.%s=%s"):format(run, socket, use, elsewhere) })
      break
    end
  end
  return rows
end

--- A role's declaration with its defaults, as plain text that ends with a newline.
function describe.text(name, declaration, source)
  local text = view(declaration, source)
  local comment = describe.comment(source)
  local blocks = {
    comment ~= "" and comment or name,
    ("usage: sloop run %s [--OPTION=value ...]"):format(name),
  }
  local sections = {
    { "options", options_rows(declaration, text) },
    { "sockets (--SOCKET.bind=, --SOCKET.connect=, --SOCKET.OPTION=)",
      sockets_rows(declaration, text) },
    { "timers", timers_rows(declaration, text) },
    { "parts (--PART.OPTION=, --PART.SOCKET.connect=)", parts_rows(declaration, text) },
    { "stores", stores_rows(declaration, text) },
    { "inputs", inputs_rows(declaration, text) },
    { "signals", signals_rows(declaration) },
    { "examples", examples(name, declaration, text) },
  }
  for _, section in ipairs(sections) do
    local title, rows = table.unpack(section)
    if rows[1] then table.insert(blocks, title .. "\n" .. columns.text(rows, 2, 2)) end
  end
  table.insert(blocks, "`sloop run --help` lists the options of every node.")
  return table.concat(blocks, "\n\n") .. "\n"
end

return describe
