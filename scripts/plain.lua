--- Plain data: what a node may remember. Copies it, compares it, finds what is not plain in it.
local plain = {}

--- A copy; what is shared or cyclic stays so. Whatever is no table is taken as it is.
function plain.copy(value, copies)
  if type(value) ~= "table" then return value end
  copies = copies or {}
  if copies[value] then return copies[value] end
  local made = {}
  copies[value] = made
  for key, each in pairs(value) do made[plain.copy(key, copies)] = plain.copy(each, copies) end
  return made
end

--- Do two values say the same? Tables are compared by content.
function plain.same(a, b, compared)
  if a == b then return true end
  if type(a) ~= "table" or type(b) ~= "table" then return false end
  compared = compared or {}
  if compared[a] == b then return true end -- within itself: so far they are
  compared[a] = b
  for key, value in pairs(a) do
    if not plain.same(value, b[key], compared) then return false end
  end
  for key in pairs(b) do
    if a[key] == nil then return false end
  end
  return true
end

local function step(path, key)
  if type(key) == "string" and key:find("^[%a_][%w_]*$") then return path .. "." .. key end
  return ("%s[%s]"):format(path, type(key) == "string" and ("%q"):format(key) or tostring(key))
end

local IS_PLAIN <const> = { ["nil"] = true, boolean = true, number = true, string = true }

-- The keys from an offender up to the value looked at, innermost first, and what the offender is.
local function search(value, is_host_object, seen)
  if IS_PLAIN[type(value)] then return nil end
  if type(value) ~= "table" then
    if is_host_object(value) then return nil end
    return {}, "a " .. type(value)
  end
  if seen[value] then return nil end
  seen[value] = true
  if getmetatable(value) ~= nil then return {}, "a table with a metatable" end
  for key, each in next, value do
    if not IS_PLAIN[type(key)] then return { key }, "there under a " .. type(key) end
    local keys, what = search(each, is_host_object, seen)
    if keys then
      keys[#keys + 1] = key
      return keys, what
    end
  end
end

--- Nil when `value` is plain; else what is wrong: "self.workers.w1.retry is a function".
function plain.offence(value, path, is_host_object)
  local keys, what = search(value, is_host_object, {})
  if not keys then return nil end
  for i = #keys, 1, -1 do path = step(path, keys[i]) end
  return path .. " is " .. what
end

return plain
