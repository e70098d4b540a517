--- Globals that a role's file uses by mistake: read and never set, or assigned in a function.
local bytecode = require "check/bytecode"
local nearest = require "base/nearest"

local globals = {}

local function visit(fn, act, around)
  local names = setmetatable({}, { __index = around })
  for _, list in ipairs { fn.locals, fn.upvalues } do
    for _, name in ipairs(list) do
      if name then names[name] = true end
    end
  end
  act(fn, names)
  for _, inner in ipairs(fn.functions) do visit(inner, act, names) end
end

-- Globals that the file assigns outside all functions, which is meant.
local function set_at_top(main)
  local set = {}
  for _, use in ipairs(main.globals) do
    if use.write then set[use.name] = true end
  end
  return set
end

-- All names of a chain of scopes, as one set.
local function all_of(names)
  local set = {}
  while names do
    for name in pairs(names) do set[name] = true end
    names = (getmetatable(names) or {}).__index
  end
  return set
end

-- A file that replaces _ENV has globals of its own.
local function has_own_globals(fn)
  for _, name in ipairs(fn.locals) do
    if name == "_ENV" then return true end
  end
  for _, inner in ipairs(fn.functions) do
    if has_own_globals(inner) then return true end
  end
  return false
end

--- The problems in a text that compiles: a list of { line =, message = }. `known` is the set of
-- globals there are, `fields` one of other names that may have been meant.
function globals.problems(text, known, fields)
  local chunk = load(text:gsub("^#[^\n]*", ""), "=file", "t")
  local main = chunk and bytecode.read(chunk)
  if not main or has_own_globals(main) then return {} end
  local problems, deliberate, assigned = {}, set_at_top(main), {}
  local function report(use, names, format)
    local meant = nearest.hint(use.name, all_of(names), known, deliberate, fields)
    table.insert(problems, { line = use.line, message = format:format(use.name, meant) })
  end
  visit(main, function(fn, names)
    for _, use in ipairs(fn.globals) do
      if use.write and fn ~= main and not deliberate[use.name] and not known[use.name] then
        assigned[use.name] = true
        report(use, names, "global '%s' is assigned in a function%s; is 'local' missing?")
      end
    end
  end)
  visit(main, function(fn, names)
    for _, use in ipairs(fn.globals) do
      if not (use.write or deliberate[use.name] or known[use.name] or assigned[use.name]) then
        report(use, names, "'%s' is neither a local nor a global that is set%s")
      end
    end
  end)
  table.sort(problems, function(a, b)
    if a.line ~= b.line then return a.line < b.line end
    return a.message < b.message
  end)
  return problems
end

return globals
