--- The lines at which a source text sets the keys of a role's table: key path -> line.
-- Reads table constructors (`sockets = { queue = {`), assignments (`role.timers.beat =`) and
-- functions (`function role.on.queue`) by their tokens, without running anything. What a role
-- builds in other ways is not found; then the nearest enclosing key is used.
local lexer = require "check/lexer"
local scopes = require "check/scopes"

local locate = {}

local function join(path, key) return path == "" and key or path .. "." .. key end

local function is(token, kind, text)
  return token and token.kind == kind and (text == nil or token.text == text)
end

-- `name.key["key"]:key` from token i on: root, path, index after it.
local function chain(tokens, i)
  local root, path = tokens[i].text, ""
  i = i + 1
  while true do
    local mark, key = tokens[i], tokens[i + 1]
    if (is(mark, "operator", ".") or is(mark, "operator", ":")) and is(key, "name") then
      path, i = join(path, key.text), i + 2
    elseif is(mark, "operator", "[") and is(key, "string")
      and is(tokens[i + 2], "operator", "]") then
      path, i = join(path, key.text), i + 3
    else
      return root, path, i
    end
  end
end

-- A key of a constructor at token i, `key =` or `["key"] =`, and the index of its `=`; or nil.
local function constructor_key(tokens, i)
  if is(tokens[i], "name") and is(tokens[i + 1], "operator", "=") then
    return tokens[i].text, i + 1
  end
  if is(tokens[i], "operator", "[") and is(tokens[i + 1], "string")
    and is(tokens[i + 2], "operator", "]") and is(tokens[i + 3], "operator", "=") then
    return tokens[i + 1].text, i + 3
  end
end

local reader = {}
reader.__index = reader

-- The value of root.path begins at the next token.
function reader:place(root, path, line)
  self.pending = { root = root, path = path, line = line }
  table.insert(self.places, self.pending)
end

-- A scope has the path of its value. A table that a function returns has the function's path, as
-- in `sockets = function(options) return { ... } end`.
function reader:open(word, previous)
  local from = self.pending
  if not from and word == "{" and previous == "return" then
    from = self.scopes:with("is_function") or { root = "return", path = "" }
  end
  self.scopes:open(word, {
    is_table = word == "{", is_function = word == "function",
    root = from and from.root, path = from and from.path,
  })
  self.pending = nil
end

-- Inside a constructor: a key of it? Returns the index of the last token that was read.
function reader:read_key(i, previous)
  local scope = self.scopes:innermost()
  if not (scope and scope.is_table) then return nil end
  if previous ~= "{" and previous ~= "," and previous ~= ";" then return nil end
  local key, equals = constructor_key(self.tokens, i)
  if key and scope.root then
    self:place(scope.root, join(scope.path, key), self.tokens[i].line)
  end
  return equals
end

-- In a statement: `root.path =`, or `function root.path`?
function reader:read_target(i, previous)
  local tokens, token, scope = self.tokens, self.tokens[i], self.scopes:innermost()
  if is(token, "keyword", "function") and is(tokens[i + 1], "name") then
    local root, path, after = chain(tokens, i + 1)
    if path ~= "" then self:place(root, path, token.line) end
    self:open("function", previous)
    return after - 1
  end
  local in_table = scope and scope.is_table
  if is(token, "name") and not in_table and previous ~= "." and previous ~= ":" then
    local root, path, after = chain(tokens, i)
    if is(tokens[after], "operator", "=") then
      self:place(root, path, token.line)
      return after
    end
  end
end

-- Reads what begins at token i; returns the index of the last token of it.
function reader:read(i)
  local token, previous = self.tokens[i], i > 1 and self.tokens[i - 1].text or ""
  local word = token.kind ~= "string" and token.text or ""
  local last = self:read_key(i, previous) or self:read_target(i, previous)
  if last then return last end
  if scopes.opens(word) then
    self:open(word, previous)
  elseif scopes.closes(word) then
    self.scopes:close(word)
  end
  self.pending = nil
  return i
end

--- Every place of `text` that gives a key a value: a list of { root =, path =, line = }. The root
-- is the variable the table is in, or "return" for a table that is returned at once.
function locate.places(text)
  local self = setmetatable({
    tokens = lexer.tokens(text), places = {}, scopes = scopes.new(), pending = nil,
  }, reader)
  local i = 1
  while self.tokens[i] do i = self:read(i) + 1 end
  return self.places
end

-- The value at a path below a role, or nil; then true if it depends on a function.
local function at_path(role, path)
  for key in path:gmatch("[^.]+") do
    if type(role) == "function" then return nil, true end
    if type(role) ~= "table" then return nil end
    role = role[key]
  end
  return role
end

--- The variable that holds this role: of those in `places` the one whose keys are most like the
-- role's.
function locate.root(places, role)
  local scores, best = {}, nil
  for _, place in ipairs(places) do
    local value, unknown = at_path(role, place.path)
    if place.path ~= "" and not unknown then
      scores[place.root] = (scores[place.root] or 0) + (value ~= nil and 1 or -1)
    end
  end
  for _, place in ipairs(places) do -- in the file's order: of equals the first
    local score = scores[place.root]
    if score and score > 0 and (not best or score > scores[best]) then best = place.root end
  end
  return best
end

--- The line of a key path of the role whose table is in `root`; of the nearest enclosing key when
-- the path is not set; nil when none is. Also how many keys of the path were found.
function locate.line(places, root, path)
  local lines = places.lines
  if not lines then -- an index, made at the first call
    lines = {}
    places.lines = lines
    for _, place in ipairs(places) do
      local of_root = lines[place.root] or {}
      lines[place.root] = of_root
      of_root[place.path] = of_root[place.path] or place.line
    end
  end
  for length = #path, 0, -1 do
    local line = (lines[root] or {})[table.concat(path, ".", 1, length)]
    if line then return line, length end
  end
end

return locate
