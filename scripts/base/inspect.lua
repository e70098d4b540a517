--- Values as text for people: tables with sorted keys, indented; strings quoted.
local inspect = {}

local MAX_DEPTH <const> = 20

local function is_name(key) return type(key) == "string" and key:find("^[%a_][%w_]*$") end

local function before(a, b)
  if type(a) == type(b) and (type(a) == "number" or type(a) == "string") then return a < b end
  if type(a) ~= type(b) then return type(a) < type(b) end
  return tostring(a) < tostring(b)
end

local function sorted_keys(value)
  local keys = {}
  for key in next, value do table.insert(keys, key) end
  table.sort(keys, before)
  return keys
end

-- Control characters and bytes above 126 are escaped: they could change the terminal's state.
local function quote(text)
  return '"' .. text:gsub('[%c"\\\127-\255]', function(c)
    if c == "\n" then return "\\n" elseif c == '"' or c == "\\" then return "\\" .. c end
    return ("\\x%02x"):format(c:byte())
  end) .. '"'
end

local function scalar(value)
  if type(value) == "string" then return quote(value) end
  return tostring(value)
end

local write

local function write_table(value, indent, out, within)
  local keys = sorted_keys(value)
  if #keys == 0 then return table.insert(out, "{}") end
  if within[value] or #indent > 2 * MAX_DEPTH then return table.insert(out, "{...}") end
  within[value] = true
  local inner = indent .. "  "
  table.insert(out, "{\n")
  for _, key in ipairs(keys) do
    table.insert(out, inner)
    if type(key) ~= "number" or math.type(key) ~= "integer" or key < 1 or key > rawlen(value) then
      table.insert(out, is_name(key) and key .. " = " or "[" .. scalar(key) .. "] = ")
    end
    write(rawget(value, key), inner, out, within)
    table.insert(out, ",\n")
  end
  table.insert(out, indent .. "}")
  within[value] = nil
end

function write(value, indent, out, within)
  if type(value) == "table" then return write_table(value, indent, out, within) end
  table.insert(out, scalar(value))
end

--- The text of one value.
function inspect.text(value)
  local out = {}
  write(value, "", out, {})
  return table.concat(out)
end

return inspect
