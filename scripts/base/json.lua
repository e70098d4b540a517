--- Plain data as JSON (RFC 8259), for other programs to read. Only writes; nothing is lost.
-- A table with the keys 1 to n is an array, any other an object; an empty one is an object. What
-- JSON can't hold is an object with one key:
--   {"$base64":"/w=="}    a string that is not UTF-8, in base64 (RFC 4648); a key: "$base64:/w=="
--   {"$number":"nan"}     also "inf" and "-inf"
--   {"$value":"..."}      a socket, a function and the like, in words
-- A key that begins with "$" has another "$" before it.
local json = {}

local ESCAPES <const> = {
  ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t",
}

local DIGITS <const> = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function base64(bytes)
  local text = bytes:gsub("..?.?", function(group)
    local a, b, c = group:byte(1, 3)
    local bits, digits = a << 16 | (b or 0) << 8 | (c or 0), {}
    for i = 0, #group do
      local digit = (bits >> (18 - 6 * i) & 63) + 1
      digits[i + 1] = DIGITS:sub(digit, digit)
    end
    return table.concat(digits) .. ("="):rep(3 - #group)
  end)
  return text
end

local function quote(text)
  return '"' .. text:gsub('[%c"\\\127]', function(c)
    return ESCAPES[c] or ("\\u%04x"):format(c:byte())
  end) .. '"'
end

local function special(kind, text) return ('{"$%s":%s}'):format(kind, quote(text)) end

local function string_of(text)
  if utf8.len(text) then return quote(text) end
  return special("base64", base64(text))
end

local function key_of(key)
  if type(key) ~= "string" then return quote(tostring(key)) end
  if not utf8.len(key) then return quote("$base64:" .. base64(key)) end
  return quote(key:find("^%$") and "$" .. key or key)
end

-- As few digits as give the same number; a float has a point or an exponent.
local function number_of(value)
  if math.type(value) == "integer" then return ("%d"):format(value) end
  if value ~= value then return special("number", "nan") end
  if value == math.huge or value == -math.huge then
    return special("number", value > 0 and "inf" or "-inf")
  end
  local text
  for digits = 14, 17 do
    text = ("%." .. digits .. "g"):format(value)
    if tonumber(text) == value then break end
  end
  return text:find("[.e]") and text or text .. ".0"
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
  for i, key in ipairs(keys) do parts[i] = key_of(key) .. ":" .. write(value[key]) end
  return "{" .. table.concat(parts, ",") .. "}"
end

function write(value)
  local kind = type(value)
  if kind == "nil" then return "null" end
  if kind == "boolean" then return tostring(value) end
  if kind == "number" then return number_of(value) end
  if kind == "string" then return string_of(value) end
  if kind ~= "table" then return special("value", tostring(value)) end
  if not is_array(value) then return write_object(value) end
  local parts = {}
  for i, each in ipairs(value) do parts[i] = write(each) end
  return "[" .. table.concat(parts, ",") .. "]"
end

--- The JSON of a value without cycles, on one line.
function json.text(value) return write(value) end

return json
