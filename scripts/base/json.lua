--- Plain data as JSON (RFC 8259), for other programs to read. Only writes.
-- A table with the keys 1 to n is an array, any other an object; an empty one is an object. What
-- JSON has no words for, such as a socket or an infinite number, is written as a string.
local json = {}

local ESCAPES <const> = {
  ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t",
}

-- JSON is text: bytes that are no UTF-8 are taken as Latin-1, so that none is lost.
local function string_of(text)
  if not utf8.len(text) then text = text:gsub(".", function(c) return utf8.char(c:byte()) end) end
  return '"' .. text:gsub('[%c"\\]', function(c)
    return ESCAPES[c] or ("\\u%04x"):format(c:byte())
  end) .. '"'
end

local function number_of(value)
  if math.type(value) == "integer" then return ("%d"):format(value) end
  local is_number = value == value and value ~= math.huge and value ~= -math.huge
  if not is_number then return string_of(tostring(value)) end
  return ("%.17g"):format(value)
end

local function is_array(value)
  local count = 0
  for _ in next, value do count = count + 1 end
  return count > 0 and count == #value
end

local write

local function write_object(value)
  local keys, parts = {}, {}
  for key in next, value do table.insert(keys, key) end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for i, key in ipairs(keys) do parts[i] = string_of(tostring(key)) .. ":" .. write(value[key]) end
  return "{" .. table.concat(parts, ",") .. "}"
end

function write(value)
  local kind = type(value)
  if kind == "nil" then return "null" end
  if kind == "boolean" then return tostring(value) end
  if kind == "number" then return number_of(value) end
  if kind ~= "table" then return string_of(tostring(value)) end
  if not is_array(value) then return write_object(value) end
  local parts = {}
  for i, each in ipairs(value) do parts[i] = write(each) end
  return "[" .. table.concat(parts, ",") .. "]"
end

--- The JSON of a value without cycles, on one line.
function json.text(value) return write(value) end

return json
