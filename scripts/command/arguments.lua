--- The command line's words: options into flags and settings; and error messages on stderr.
-- How options are written; what they do is in the commands.
local convert = require "role/convert"
local nearest = require "base/nearest"

local arguments = { FAILED = 1, USAGE = 2 } -- exit statuses

-- kind of a flag -> its value from text, or nil; and what to say then
local KINDS <const> = {
  string = { function(text) return text ~= "" and text or nil end, "a word" },
  name = {
    function(text) return text:match("^[%w_][%w_.-]*$") end,
    "letters, digits, '_', '-' and '.'",
  },
  milliseconds = {
    function(text)
      local number = convert.from_text({ name = "integer" }, text)
      return number and number >= 0 and number or nil
    end,
    "milliseconds",
  },
  seed = {
    function(text) return convert.from_text({ name = "integer" }, text) end, "an integer",
  },
  positive = {
    function(text)
      local number = convert.from_text({ name = "integer" }, text)
      return number and number >= 1 and number or nil
    end,
    "an integer of at least 1",
  },
}

KINDS.path = KINDS.string

local function dashed(name) return (name:gsub("_", "-")) end

local function split(name)
  local path = {}
  for part in (name .. "."):gmatch("([^.]*)%.") do table.insert(path, part) end
  return path
end

-- `--set NODE.OPTION=value`, given any number of times: a list of settings.
local function take_setting(result, name, text)
  local key, value = tostring(text):match("^([^=]*)=(.*)$")
  local path = split((key or tostring(text)):gsub("-", "_"))
  local ok = type(text) == "string" and #path >= 2
  for _, part in ipairs(path) do ok = ok and part ~= "" end
  if not ok then
    return nil, ("--%s takes NODE.OPTION=value, not '%s'"):format(name,
      type(text) == "string" and text or "")
  end
  result.flags[name] = result.flags[name] or {}
  table.insert(result.flags[name], { path = path, value = value == nil or value })
  return true
end

-- A flag of the command itself: true, or nil and why not.
local function take_flag(result, name, kind, value)
  local option = "--" .. dashed(name)
  if kind == "boolean" then
    if type(value) == "string" then value = convert.from_text({ name = "boolean" }, value) end
    if value == nil then return nil, option .. " takes true or false" end
    result.flags[name] = value
    return true
  end
  if kind == "path" and value == true then -- the file may be left out
    result.flags[name] = true
    return true
  end
  if kind == "setting" then return take_setting(result, name, value) end
  if type(value) ~= "string" then return nil, ("%s needs a value: %s="):format(option, option) end
  local read, wanted = table.unpack(KINDS[kind])
  local converted = read(value)
  if converted == nil then
    return nil, ("%s takes %s, not %s"):format(option, wanted, convert.quote(value))
  end
  result.flags[name] = converted
  return true
end

-- `--no-name`, `--part.no-name` or `--no-part.name`: the path without the "no", or nil.
local function negated(path)
  local last = path[#path]:match("^no_(.+)$")
  local first = path[1]:match("^no_(.+)$")
  if not (last or first) then return nil end
  local positive = table.move(path, 1, #path, 1, {})
  if last then positive[#path] = last else positive[1] = first end
  return positive
end

local function take_option(result, word, flags, with_settings)
  local name, value = word:match("^%-%-([^=]*)=(.*)$")
  name = (name or word:sub(3)):gsub("-", "_")
  local path = split(name)
  local positive = value == nil and negated(path)
  if value == nil then value = not positive end
  if flags[name] then return take_flag(result, name, flags[name], value) end
  if positive and #positive == 1 and flags[positive[1]] == "boolean" then
    return take_flag(result, positive[1], "boolean", false)
  end
  for _, part in ipairs(path) do
    if part == "" then return nil, ("unknown option '%s'"):format(word) end
  end
  if not with_settings then
    local known = {}
    for flag in pairs(flags) do known[dashed(flag)] = true end
    return nil, ("unknown option '%s'%s"):format(word:match("^[^=]*"),
      nearest.hint(word:match("^%-%-([^=]*)"), known))
  end
  table.insert(result.settings, { path = positive or path, value = value })
  return true
end

-- The kinds of a command's options by name.
local function kinds_of(options)
  local kinds = { help = "boolean" }
  for _, option in ipairs(options) do kinds[option[1]] = option[2] end
  return kinds
end

--- The words of a command line, as { flags = { name = value }, words = {}, settings = {} }; or nil
-- and what is wrong. `options` are the command's own: a list of { name, kind, text for the help,
-- as = placeholder in the help }, where kind is "boolean", "string", "name", "milliseconds",
-- "positive", "seed", "path" or "setting"; `--help` is always one. With `with_settings` all
-- others are settings, { path = { "queue", "connect" }, value = text, true or false }, as declare
-- takes them. What comes after "--" is words.
function arguments.parse(words, options, with_settings)
  local kinds = kinds_of(options)
  local result = { flags = {}, words = {}, settings = {} }
  local i = 1
  while words[i] do
    local word = words[i]
    i = i + 1
    local switch = word:match("^%-%-([^=]+)$")
    if word == "--" then
      table.move(words, i, #words, #result.words + 1, result.words)
      break
    elseif switch and kinds[switch] == "setting" then -- its value is the next word
      word, i = word .. "=" .. (words[i] or ""), i + 1
    end
    if word == "-h" then
      result.flags.help = true
    elseif word:find("^%-%-") then
      local ok, reason = take_option(result, word, kinds, with_settings)
      if not ok then return nil, reason end
    elseif word:find("^%-[^%d.]") then
      return nil, ("unknown option '%s'; options begin with '--'"):format(word)
    else
      table.insert(result.words, word)
    end
  end
  return result
end

local function escape(bytes)
  if bytes == "\t" then return nil end -- stays
  return (bytes:gsub(".", function(c) return ("\\x%02x"):format(c:byte()) end))
end

-- A message may have what a peer sent: no control character of it reaches the terminal.
local function harmless(line)
  local strange = utf8.len(line) and "%c" or "[%c\x80-\xff]"
  return (line:gsub(strange, escape):gsub("\xc2[\x80-\x9f]", escape))
end

--- Print warnings on stderr: a list of { place = "FILE:LINE", message = }.
function arguments.warn(warnings)
  for _, each in ipairs(warnings) do
    local line = ("%s: warning: %s"):format(each.place, each.message)
    io.stderr:write("sloop: ", harmless(line), "\n")
  end
end

--- Print an error on stderr, and return the exit status: 1 unless another is given.
function arguments.fail(message, status)
  for line in tostring(message):gmatch("[^\n]+") do
    io.stderr:write("sloop: ", harmless(line), "\n")
  end
  return status or arguments.FAILED
end

--- The same for wrong usage: exit status 2.
function arguments.usage_error(message) return arguments.fail(message, arguments.USAGE) end

return arguments
