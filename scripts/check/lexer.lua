--- Lua source text to tokens, for finding lines in it.
-- Total: any text gives tokens, also one that is not Lua; a byte that begins no token of Lua
-- becomes one of its own.
local lexer = {}

local KEYWORDS = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or
               repeat return then true until while]]):gmatch("%S+") do
  KEYWORDS[word] = true
end

local OPERATORS = { -- longest first
  "...", "..", "::", "==", "~=", "<=", ">=", "<<", ">>", "//",
}

-- The end of a long bracket that begins at `at`, and where its content begins; or nil.
local function long_bracket(text, at)
  local _, open, level = text:find("^%[(=*)%[", at)
  if not open then return nil end
  local _, close = text:find("]" .. level .. "]", open + 1, true)
  return close or #text, open + 1, #level + 2
end

local function comment_end(text, at)
  local close = long_bracket(text, at + 2)
  return close or (text:find("\n", at, true) or #text + 1) - 1
end

-- The end of a quoted string that begins at `at`; a line's end closes it too.
local function quoted_end(text, at)
  local quote, i = text:sub(at, at), at + 1
  while i <= #text do
    local char = text:sub(i, i)
    if char == quote or char == "\n" then return i end
    if char == "\\" then
      local _, skipped = text:find("^\\z%s*", i)
      i = skipped or i + 1
    end
    i = i + 1
  end
  return #text
end

local function operator_end(text, at)
  for _, operator in ipairs(OPERATORS) do
    if text:sub(at, at + #operator - 1) == operator then return at + #operator - 1 end
  end
  return at
end

local NUMBERS = { "^0[xX][%x.]*[pP][+-]?%d+", "^0[xX][%x.]*", "^[%d.]+[eE][+-]?%d+", "^[%d.]+" }

local function number_end(text, at)
  for _, pattern in ipairs(NUMBERS) do
    local _, last = text:find(pattern, at)
    if last then
      local dots = text:find("..", at, true) -- `1..x` is two tokens to us
      return dots and dots > at and dots <= last and dots - 1 or last
    end
  end
end

-- One token at `at`: its kind, its text, its last byte. Comments are of kind "comment".
local function token_at(text, at)
  if text:find("^%-%-", at) then return "comment", nil, comment_end(text, at) end
  local _, last = text:find("^[%a_][%w_]*", at)
  if last then
    local word = text:sub(at, last)
    return KEYWORDS[word] and "keyword" or "name", word, last
  end
  if text:find("^%.?%d", at) then
    last = number_end(text, at)
    return "number", text:sub(at, last), last
  end
  if text:find("^[\"']", at) then
    last = quoted_end(text, at)
    return "string", text:sub(at + 1, last - 1), last
  end
  local close, content, marks = long_bracket(text, at)
  if close then return "string", text:sub(content, close - marks), close end
  last = operator_end(text, at)
  return "operator", text:sub(at, last), last
end

--- The tokens of `text`: { kind =, text =, line = }, where kind is "name", "keyword", "string",
-- "number" or "operator", and the text of a string is what is between its quotes.
function lexer.tokens(text)
  local tokens, line, counted = {}, 1, 1
  local at = text:find("^#[^\n]*", 1) and (text:find("\n", 1, true) or #text + 1) or 1
  while true do
    at = text:find("%S", at)
    if not at then return tokens end
    for _ in text:sub(counted, at - 1):gmatch("\n") do line = line + 1 end
    counted = at
    local kind, word, last = token_at(text, at)
    if kind ~= "comment" then tokens[#tokens + 1] = { kind = kind, text = word, line = line } end
    at = last + 1
  end
end

return lexer
