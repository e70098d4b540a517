--- Plain data: booleans, numbers, strings, and tables of these without metatables. Copies it,
-- compares it, finds values in it that are not plain. Never calls a metamethod.
local plain = {}

--- A copy; what is shared or cyclic stays so. A value that is not a table is itself.
function plain.copy(value, copies)
  if type(value) ~= "table" then return value end
  copies = copies or {}
  if copies[value] then return copies[value] end
  local made = {}
  copies[value] = made
  for key, each in next, value do made[plain.copy(key, copies)] = plain.copy(each, copies) end
  return made
end

local function equal(a, b, compared, functions)
  if rawequal(a, b) then return true end
  if functions and type(a) == "function" then return type(b) == "function" end
  if type(a) ~= "table" or type(b) ~= "table" then return false end
  if compared[a] == b then return true end -- cyclic: no difference so far
  compared[a] = b
  for key, value in next, a do
    if not equal(value, rawget(b, key), compared, functions) then return false end
  end
  for key in next, b do
    if rawget(a, key) == nil then return false end
  end
  return true
end

--- Are two values equal? Tables are compared by content.
function plain.same(a, b) return equal(a, b, {}, false) end

--- The same, where any function equals any other.
function plain.alike(a, b) return equal(a, b, {}, true) end

local function step(path, key)
  if type(key) == "string" and key:find("^[%a_][%w_]*$") then return path .. "." .. key end
  return ("%s[%s]"):format(path, type(key) == "string" and ("%q"):format(key) or tostring(key))
end

local IS_SCALAR <const> = { ["nil"] = true, boolean = true, number = true, string = true }

--- Is this a value of plain data that is not a table?
function plain.is_scalar(value) return IS_SCALAR[type(value)] or false end

local PAUSE <const> = 1000 -- fields
local MOST <const> = 10000 -- tables

-- The tables found so far, each with the number of the table it is in and its key there.
local search_class = {}
search_class.__index = search_class

function search_class:add(value, parent, key)
  if self.seen[value] or self.pause and #self.tables == MOST then return end
  self.seen[value] = true
  local n = #self.tables + 1
  self.tables[n], self.parents[n], self.keys[n] = value, parent, key
end

-- The problem of the value under `key` in the table of this number, as "self.a.b is a function".
function search_class:problem(number, key, what)
  local keys = { key }
  while number > 1 do -- the first table is `path` itself
    table.insert(keys, 1, self.keys[number])
    number = self.parents[number]
  end
  local path = self.path
  for _, each in ipairs(keys) do path = step(path, each) end
  return ("%s is %s"):format(path, what)
end

-- Check the keys and values of one table; tables among them are added to the list.
function search_class:check(number)
  local value = self.tables[number]
  for key, each in next, value do
    local kind = type(each)
    self.fields = self.fields + 1
    if self.pause and self.fields % PAUSE == 0 then self.pause() end
    if not IS_SCALAR[type(key)] then
      local parent = self.parents[number]
      return self:problem(parent, self.keys[number], "a table with a " .. type(key) .. " as key")
    elseif kind == "table" then
      if debug.getmetatable(each) ~= nil then
        return self:problem(number, key, "a table with a metatable")
      end
      self:add(each, number, key)
    elseif not IS_SCALAR[kind] and not self.is_host_object(each) then
      return self:problem(number, key, "a " .. kind)
    end
  end
end

--- Nil when all in the table `value` is plain; else what is not: "self.workers.w1.retry is a
-- function". With `pause`, which is called after every 1000 fields, only the first 10000 tables are
-- looked at.
function plain.offence(value, path, is_host_object, pause)
  local search = setmetatable({
    path = path, is_host_object = is_host_object, pause = pause,
    tables = {}, parents = {}, keys = {}, seen = {}, fields = 0,
  }, search_class)
  if debug.getmetatable(value) ~= nil then return path .. " is a table with a metatable" end
  search:add(value, 0)
  local number = 1
  while search.tables[number] do
    local problem = search:check(number)
    if problem then return problem end
    number = number + 1
  end
end

return plain
