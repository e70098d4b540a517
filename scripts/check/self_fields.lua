--- Fields of `self` that a role's text uses and nothing declares.
-- Reads tokens, so it finds only uses of the name `self`. When a role is loaded only certain
-- failures are reported: writes in the role's own functions. `sloop check` also reports reads, and
-- uses in helper functions with a parameter `self`.
local lexer = require "check/lexer"
local locate = require "check/locate"
local names = require "base/names"
local nearest = require "base/nearest"
local scopes = require "check/scopes"

local self_fields = {}

local function text_at(tokens, i)
  return tokens[i] and tokens[i].kind ~= "string" and tokens[i].text or nil
end

-- The scope a function opens. `own` is where its `self` comes from: "method" (function x:y),
-- "param" (its first parameter), "other" (another parameter); nil: the enclosing function's.
local function function_scope(tokens, i)
  local scope = { line = tokens[i].line }
  i = i + 1
  while tokens[i] and text_at(tokens, i) ~= "(" do
    if text_at(tokens, i) == ":" then scope.own = "method" end
    i = i + 1
  end
  local first = i + 1
  i = first
  while tokens[i] and text_at(tokens, i) ~= ")" do
    if tokens[i].text == "self" then scope.own = i == first and "param" or "other" end
    i = i + 1
  end
  return scope
end

-- The index after an expression that may be assigned to, `name.key[...]`, at i; or nil.
local function after_target(tokens, i)
  if not tokens[i] or tokens[i].kind ~= "name" then return nil end
  i = i + 1
  while true do
    local mark = text_at(tokens, i)
    if mark == "." and tokens[i + 1] and tokens[i + 1].kind == "name" then
      i = i + 2
    elseif mark == "[" then
      local depth = 0
      repeat
        mark = text_at(tokens, i)
        depth = depth + (mark == "[" and 1 or mark == "]" and -1 or 0)
        i = i + 1
      until depth == 0 or not tokens[i]
    else
      return i
    end
  end
end

-- Is the expression that ends before i one of the targets of an assignment?
local function is_assigned(tokens, i, scope)
  if scope and scope.bracket then return false end
  while text_at(tokens, i) == "," do
    i = after_target(tokens, i + 1)
    if not i then return false end
  end
  return text_at(tokens, i) == "="
end

-- The use of a field that begins at token i, a `self`; or nil.
local function use_at(tokens, i, open)
  local owner, mark, name = open:with("own"), text_at(tokens, i + 1), tokens[i + 2]
  if not owner or owner.own == "other" then return nil end
  if mark ~= "." and mark ~= ":" or not name or name.kind ~= "name" then return nil end
  return {
    name = name.text, line = tokens[i].line, own = owner.own, line_of_function = owner.line,
    write = mark == "." and is_assigned(tokens, i + 3, open:innermost()),
  }
end

--- Every `self.name` and `self:name` in the text: { name =, line =, write =, line_of_function =,
-- own = "method" or "param" }.
function self_fields.uses(text)
  local tokens, uses, open = lexer.tokens(text), {}, scopes.new()
  for i in ipairs(tokens) do
    local word, previous = text_at(tokens, i), text_at(tokens, i - 1)
    if word == "function" then
      open:open(word, function_scope(tokens, i))
    elseif scopes.opens(word) then
      open:open(word, { bracket = word:find("%p") ~= nil })
    elseif scopes.closes(word) then
      open:close(word)
    elseif word == "self" and (previous == "local" or previous == "for") then
      local owner = open:with("own")
      if owner then owner.own = "other" end
    elseif word == "self" and previous ~= "." and previous ~= ":" then
      table.insert(uses, use_at(tokens, i, open))
    end
  end
  return uses
end

-- The lines at which this role's functions begin in this file; `place_of` is the loader's.
local function function_lines(role, sockets, file, place_of)
  local lines = {}
  local function add(value)
    if type(value) ~= "function" then return end
    local source, line = place_of(value)
    if source == "@" .. file then lines[line] = true end
  end
  for _, value in pairs(role) do add(value) end
  for _, value in pairs(type(role.on) == "table" and role.on or {}) do add(value) end
  for _, socket in pairs(sockets) do add(socket.when) end
  return lines
end

local function write_problem(name, owners, state)
  if owners[name] or names.self[name] then
    return ("self.%s cannot be written: it is %s"):format(name, owners[name] or "the host's")
  end
  return ("self.%s is written, but the state declares no '%s'%s"):format(name, name,
    nearest.hint(name, state))
end

-- Names the text seems to assign to, by a quick search: name -> "=", or "," in a list of targets.
local function written(text)
  local seen = {}
  local at = text:find("self", 1, true) -- a pattern would be tried at every character
  while at do
    local name, mark = text:match("^self%s*%.%s*([%a_][%w_]*)%s*([=,])[^=]", at)
    if name and seen[name] ~= "=" then seen[name] = mark end
    at = text:find("self", at + 4, true)
  end
  return seen
end

local function suspicious(seen, owners, state)
  for name, mark in pairs(seen) do
    local known = owners[name] or names.self[name]
    if state[name] == nil and (mark == "=" or not known) then return true end
  end
  return false
end

--- Reports writes of undeclared fields in the role's own functions.
function self_fields.check(context, declaration)
  local file, found = context.file, context.problems
  local text = found:read(file)
  if not text then return end
  found.written[file] = found.written[file] or written(text)
  if not suspicious(found.written[file], declaration.owners, declaration.state) then return end
  local lines = function_lines(context.role, declaration.sockets, file,
    context.tools.place_of)
  for _, use in ipairs(self_fields.uses(text)) do
    if use.write and lines[use.line_of_function] and declaration.state[use.name] == nil then
      context:problem(use.line, "%s",
        write_problem(use.name, declaration.owners, declaration.state))
    end
  end
end

-- Does the file have several roles, or other objects with methods?
local function is_mixed(text, places)
  if text:find("setmetatable", 1, true) then return true end
  local root
  for _, place in ipairs(places) do
    local key = place.path:match("^[^.]+")
    if names.role[key] and names.role[key] ~= "function" and key ~= "version" then
      if root and root ~= place.root then return true end
      root = place.root
    end
  end
  return false
end

-- Names that sections which are functions may declare under other options.
local function conditional_names(role, places)
  local conditional = {}
  for _, section in ipairs { "sockets", "relays", "parts", "stores" } do
    if type(role[section]) == "function" then
      for _, place in ipairs(places) do conditional[place.path:match("[^.]*$")] = true end
    end
  end
  return conditional
end

--- For `sloop check`: all uses of undeclared fields in the text, as a list of problems. `place_of`
-- is the loader's.
function self_fields.problems(declaration, text, place_of)
  local problems, places = {}, locate.places(text)
  local owners, state = declaration.owners, declaration.state
  local lines = function_lines(declaration.role, declaration.sockets, declaration.path, place_of)
  local mixed, conditional = is_mixed(text, places), conditional_names(declaration.role, places)
  for _, use in ipairs(self_fields.uses(text)) do
    local name = use.name
    local ours = lines[use.line_of_function] or use.own == "param" and not mixed
    local message
    if ours and use.write and state[name] == nil then
      message = write_problem(name, owners, state)
    elseif ours and not (owners[name] or names.self[name] or conditional[name]) then
      message = ("nothing declares self.%s%s"):format(name, nearest.hint(name, owners, names.self))
    end
    if message then
      table.insert(problems, { file = declaration.path, line = use.line, message = message })
    end
  end
  return problems
end

return self_fields
