--- Where in a source text a role's table says something: key path -> line.
-- Reads table constructors (`sockets = { queue = {`), assignments (`role.timers.beat =`) and
-- functions (`function role.on.queue`) by their tokens, without running anything. What a role
-- builds in other ways is not found; the nearest enclosing key that is found stands for it.
local lexer = require "lexer"

local locate = {}

local OPENERS = { ["function"] = "end", ["do"] = "end", ["if"] = "end", ["repeat"] = "until",
                  ["{"] = "}", ["("] = ")", ["["] = "]" }
local CLOSERS = { ["end"] = true, ["until"] = true, ["}"] = true, [")"] = true, ["]"] = true }

local function join(base, key) return base == "" and key or base .. "." .. key end

-- `name.key["key"]:key` from token i on: root, path, index after it.
local function chain(tokens, i)
  local root, path = tokens[i].text, ""
  i = i + 1
  while tokens[i] do
    local mark, key = tokens[i].text, tokens[i + 1]
    if (mark == "." or mark == ":") and tokens[i].kind == "operator" and key and key.kind == "name" then
      path, i = join(path, key.text), i + 2
    elseif mark == "[" and tokens[i].kind == "operator" and key and key.kind == "string"
      and tokens[i + 2] and tokens[i + 2].text == "]" then
      path, i = join(path, key.text), i + 3
    else
      break
    end
  end
  return root, path, i
end

-- The scopes open at a place, innermost last: { closer =, root =, base =, table =, fn = }.
local function close(scopes, closer)
  for depth = #scopes, 1, -1 do
    if scopes[depth].closer == closer then
      for i = #scopes, depth, -1 do scopes[i] = nil end
      return
    end
  end
end

local function function_scope(scopes)
  for depth = #scopes, 1, -1 do
    if scopes[depth].fn then return scopes[depth] end
  end
end

-- A key of the constructor at token i: `key =` or `["key"] =`; and the index of its `=`.
local function constructor_key(tokens, i)
  local token, second = tokens[i], tokens[i + 1]
  if token.kind == "name" and second and second.text == "=" then return token.text, i + 1 end
  if token.text == "[" and second and second.kind == "string" and tokens[i + 2].text == "]"
    and tokens[i + 3] and tokens[i + 3].text == "=" then
    return second.text, i + 3
  end
end

--- Every place of `text` that gives a key a value: a list of { root =, path =, line = }. The root
-- is the variable the table is in, or "return" for a table that is returned at once.
function locate.places(text)
  local tokens = lexer.tokens(text)
  local places, scopes, i = {}, {}, 1
  local pending -- the place whose value begins at the next token

  local function place(root, path, line)
    pending = { root = root, path = path, line = line }
    places[#places + 1] = pending
  end

  local function open(token)
    local scope = { closer = OPENERS[token.text], fn = token.text == "function" }
    local from = pending
    if token.text == "{" then
      scope.table = true
      if not from and i > 1 and tokens[i - 1].text == "return" then
        from = function_scope(scopes)
        if not from then from = { root = "return", path = "" } end
      end
    end
    if from then scope.root, scope.path = from.root, from.path end
    scopes[#scopes + 1], pending = scope, nil
  end

  while tokens[i] do
    local token, scope, previous = tokens[i], scopes[#scopes], i > 1 and tokens[i - 1].text or ""
    local syntax = token.kind ~= "string"
    local in_table = scope and scope.table
    local key, equals
    if in_table and (previous == "{" or previous == "," or previous == ";") then
      key, equals = constructor_key(tokens, i)
    end
    if key then
      if scope.root then place(scope.root, join(scope.path, key), token.line) end
      i = equals
    elseif syntax and token.text == "function" and tokens[i + 1] and tokens[i + 1].kind == "name" then
      local root, path, after = chain(tokens, i + 1)
      if path ~= "" then place(root, path, token.line) end
      open(token)
      i = after - 1
    elseif syntax and OPENERS[token.text] then
      open(token)
    elseif syntax and CLOSERS[token.text] then
      close(scopes, token.text)
      pending = nil
    elseif token.kind == "name" and not in_table and previous ~= "." and previous ~= ":" then
      local root, path, after = chain(tokens, i)
      pending = nil
      if tokens[after] and tokens[after].text == "=" then
        place(root, path, token.line)
        i = after
      end
    else
      pending = nil
    end
    i = i + 1
  end
  return places
end

local function at_path(role, path)
  for key in path:gmatch("[^.]+") do
    if type(role) == "function" then return nil, true end -- a section that is made: anything goes
    if type(role) ~= "table" then return nil end
    role = role[key]
  end
  return role
end

--- The variable that holds this role, of those the places name: the one whose keys are most
-- like the role's.
function locate.root(places, role)
  local scores, best = {}, nil
  for _, place in ipairs(places) do
    local value, unknown = at_path(role, place.path)
    if place.path ~= "" and not unknown then
      scores[place.root] = (scores[place.root] or 0) + (value ~= nil and 1 or -1)
    end
  end
  for _, place in ipairs(places) do -- in the file's order, so that equals are decided by it
    local score = scores[place.root]
    if score and score > 0 and (not best or score > scores[best]) then best = place.root end
  end
  return best
end

--- The line of a key path of the role whose table is in `root`; of the nearest key around it
-- when that is not there; nil when nothing is.
function locate.line(places, root, path)
  for length = #path, 0, -1 do
    local wanted = table.concat(path, ".", 1, length)
    for _, place in ipairs(places) do
      if place.root == root and place.path == wanted then return place.line end
    end
  end
end

return locate
