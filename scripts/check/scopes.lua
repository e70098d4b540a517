--- The blocks and brackets that are open at a place in Lua's tokens, innermost last.
-- Tolerant: an unmatched closer is ignored, and closing a scope closes all scopes inside it.
local scopes = {}
scopes.__index = scopes

local CLOSER <const> = {
  ["function"] = "end", ["do"] = "end", ["if"] = "end", ["repeat"] = "until",
  ["{"] = "}", ["("] = ")", ["["] = "]",
}
local IS_CLOSER <const> = {}
for _, closer in pairs(CLOSER) do IS_CLOSER[closer] = true end

function scopes.new() return setmetatable({}, scopes) end

--- A word that opens a scope: remember it, with what `scope` holds. `while` and `for` count by
-- their `do`.
function scopes:open(word, scope)
  scope.closer = CLOSER[word]
  self[#self + 1] = scope
end

function scopes.opens(word) return CLOSER[word] ~= nil end
function scopes.closes(word) return IS_CLOSER[word] ~= nil end

function scopes:close(word)
  for depth = #self, 1, -1 do
    if self[depth].closer == word then
      for i = #self, depth, -1 do self[i] = nil end
      return
    end
  end
end

function scopes:innermost() return self[#self] end

--- The innermost scope that has a field of this name, or nil.
function scopes:with(field)
  for depth = #self, 1, -1 do
    if self[depth][field] then return self[depth] end
  end
end

return scopes
