--- What code keeps in globals and in the locals of its files: a reload begins with fresh ones, so
-- what was remembered there is gone. Compares what the functions of a role see now with what they
-- saw when it was loaded. Knows functions and values, not what is done about it.
local loader = require "sloop.loader"
local plain = require "base/plain_data"

local upvalues = {}

local MOST <const> = 200 -- values of one table that are compared; of a larger one only how many

local IS_TABLE_OF_CODE <const> = { _ENV = true }

-- How many values there are in a table and below; stops counting above MOST.
local function size(value, seen, count)
  if type(value) ~= "table" or seen[value] or count > MOST then return count end
  seen[value] = true
  for _, each in next, value do count = size(each, seen, count + 1) end
  return count
end

local function count_of(value)
  local count = 0
  for _ in next, value do count = count + 1 end
  return count
end

-- Something to compare a value with later.
local function print_of(value)
  if type(value) ~= "table" then return value end
  if size(value, {}, 0) > MOST then return count_of(value), true end
  return plain.copy(value)
end

local function has_changed(value, print, counted)
  if counted then return type(value) ~= "table" or count_of(value) ~= print end
  return not plain.same(value, print)
end

local walk

local function look_at(value, visit, seen)
  if type(value) == "function" then return walk(value, visit, seen) end
  if type(value) ~= "table" or seen[value] then return end
  seen[value] = true
  for _, each in next, value do
    if type(each) == "function" then walk(each, visit, seen) end
  end
end

-- Visit each local outside a function that the function sees, and so on.
function walk(fn, visit, seen)
  if seen[fn] then return end
  seen[fn] = true
  local file = (loader.place_of(fn) or ""):match("^@(.*)")
  if not file or not visit.is_own(file) then return end
  local i = 1
  local name, value = debug.getupvalue(fn, i)
  while name do
    local id = debug.upvalueid(fn, i)
    if not seen[id] and not IS_TABLE_OF_CODE[name] then
      seen[id] = true
      visit.at(fn, i, name, value, file)
      look_at(value, visit, seen)
    end
    i = i + 1
    name, value = debug.getupvalue(fn, i)
  end
end

-- The tables that code is made of: a role's, those of modules. Those that hold functions are
-- looked into, not compared: a function in them is changed on purpose.
local function holds_functions(value)
  for _, each in next, value do
    if type(each) == "function" then return true end
  end
  return false
end

-- Is this what a script may have stored, and not what it is made of?
local function is_data(value)
  local kind = type(value)
  if kind == "function" or kind == "userdata" or kind == "thread" then return false end
  return kind ~= "table" or getmetatable(value) == nil and not holds_functions(value)
end

-- Libraries, also empty ones, and what Lua has besides.
local IS_OF_LUA <const> = { _G = true, _VERSION = true, arg = true }

--- What the functions of these roles see now. `is_own(path)`: is this a file of the role's?
function upvalues.take(roles, is_own)
  local prints = {}
  local visit = { is_own = is_own }
  function visit.at(fn, i, name, value, file)
    if not is_data(value) then return end
    local print, counted = print_of(value)
    table.insert(prints,
      { fn = fn, index = i, name = name, file = file, print = print, counted = counted })
  end
  local seen = {}
  for _, role in ipairs(roles) do
    look_at(role, visit, seen)
    look_at(role.on, visit, seen)
  end
  return prints
end

--- The locals that hold something else than then, sorted: "file: name".
function upvalues.changed(prints)
  local found, seen = {}, {}
  for _, each in ipairs(prints) do
    local _, value = debug.getupvalue(each.fn, each.index)
    local line = ("%s: %s"):format(each.file, each.name)
    if not seen[line] and has_changed(value, each.print, each.counted) then
      seen[line] = true
      table.insert(found, line)
    end
  end
  table.sort(found)
  return found
end

-- ---- globals ----

local function is_variable(name, value)
  return type(name) == "string" and not IS_OF_LUA[name] and is_data(value)
end

--- What the global variables hold now.
function upvalues.take_globals(globals)
  local prints = {}
  for name, value in next, globals do
    if is_variable(name, value) then
      local print, counted = print_of(value)
      prints[name] = { print = print, counted = counted }
    end
  end
  return prints
end

--- The names of global variables that hold something else than then, or are new; sorted.
function upvalues.changed_globals(prints, globals)
  local found = {}
  for name, value in next, globals do
    local before = prints[name] or {}
    if is_variable(name, value) and has_changed(value, before.print, before.counted) then
      table.insert(found, name)
    end
  end
  table.sort(found)
  return found
end

return upvalues
