--- Values of options: the type a default has, and conversion of text and Lua values to a type.
-- A type is { name =, list = } where name is "integer", "number", "string", "boolean" or "binary".
local convert = {}

local ARTICLES <const> = {
  integer = "an integer", number = "a number", string = "a string", boolean = "true or false",
  binary = "a string",
}

local NUMERIC <const> = { integer = true, number = true }

local WORDS <const> = { -- of a boolean
  ["true"] = true, yes = true, on = true, ["1"] = true,
  ["false"] = false, no = false, off = false, ["0"] = false,
}

local function finite(number) -- also nil for nil
  return number and number == number and math.abs(number) ~= math.huge and number or nil
end

local function from_number(text)
  if not text:find("^[+-]?[%w.]+[+-]?%w*$") then return nil end -- tonumber accepts blanks
  return finite(tonumber((text:gsub("^%+", ""))))
end

local from_text = {
  integer = function(text) return math.tointeger(from_number(text)) end,
  number = function(text)
    local number = from_number(text)
    return number and number + 0.0
  end,
  string = function(text) return text end,
  binary = function(text) return text end,
  boolean = function(text) return WORDS[text:lower()] end,
}

local from_value = {
  integer = function(value) return type(value) == "number" and math.tointeger(value) or nil end,
  number = function(value) return type(value) == "number" and value + 0.0 or nil end,
  string = function(value) return type(value) == "string" and value or nil end,
  binary = function(value) return type(value) == "string" and value or nil end,
  boolean = function(value) if type(value) == "boolean" then return value end end,
}

local function scalar_type(value)
  local kind = math.type(value)
  if kind then return kind == "float" and "number" or kind end
  kind = type(value)
  return (kind == "string" or kind == "boolean") and kind or nil
end

-- Is this table a list: all keys 1..n?
local function is_list(value)
  local n = 0
  for _ in pairs(value) do n = n + 1 end
  return n == #value
end

--- The type of an option with this default, or nil and why it can have none.
-- An empty list is one of strings; integers among floats make a list of numbers.
function convert.type_of(default)
  if type(default) ~= "table" then
    local name = scalar_type(default)
    if name then return { name = name, list = false } end
    return nil, ("a %s can't be a default"):format(type(default))
  end
  if not is_list(default) then return nil, "a default is a scalar or a list" end
  local name
  for _, element in ipairs(default) do
    local kind = scalar_type(element)
    if not kind then return nil, ("a list of %ss can't be a default"):format(type(element)) end
    if name and name ~= kind then
      if not (NUMERIC[name] and NUMERIC[kind]) then
        return nil, ("a list of both %ss and %ss"):format(name, kind)
      end
      kind = "number"
    end
    name = kind
  end
  return { name = name or "string", list = true }
end

--- "an integer", "a list of strings".
function convert.describe(kind)
  if kind.list then return ("a list of %ss"):format(kind.name) end
  return ARTICLES[kind.name]
end

--- A value as it is written on the command line.
function convert.text(value)
  if type(value) == "table" then
    local elements = {}
    for i, element in ipairs(value) do elements[i] = convert.text(element) end
    return table.concat(elements, ",")
  end
  if math.type(value) == "float" then return (("%.14g"):format(value)) end
  return tostring(value)
end

--- `text` as a value of the type's elements, or nil.
function convert.from_text(kind, text) return from_text[kind.name](text) end

--- A Lua value as one of the type, or nil. One element stands for a list of one.
function convert.from_value(kind, value)
  local scalar = from_value[kind.name]
  if not kind.list then return scalar(value) end
  if type(value) ~= "table" then value = { value } end
  if not is_list(value) then return nil end
  local list = {}
  for i, element in ipairs(value) do
    list[i] = scalar(element)
    if list[i] == nil then return nil end
  end
  return list
end

--- `value` as it is written in a message: 'abc', 7, a table.
function convert.quote(value)
  if type(value) == "string" then
    if #value > 60 then value = value:sub(1, 57) .. "..." end
    return "'" .. value:gsub("%c", function(c) return ("\\%d"):format(c:byte()) end) .. "'"
  end
  local scalar = type(value) == "number" or type(value) == "boolean" or value == nil
  return scalar and tostring(value) or "a " .. type(value)
end

return convert
