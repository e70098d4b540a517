--- Specs: the lexer.
local lexer = require "sloop.private.check.lexer"

local function texts(text)
  local result = {}
  for i, token in ipairs(lexer.tokens(text)) do result[i] = token.text end
  return result
end

local function kinds(text)
  local result = {}
  for i, token in ipairs(lexer.tokens(text)) do result[i] = token.kind end
  return result
end

describe("the lexer", function()
  it("tells names, keywords, numbers, strings and operators apart", function()
    assert.same({ "keyword", "name", "operator", "number", "operator", "string" },
      kinds "local a = 1 .. 'x'")
  end)

  it("knows the line of each token", function()
    local lines = {}
    for i, token in ipairs(lexer.tokens "a\n--[[\n\n]] b\n[[\n]] c") do lines[i] = token.line end
    assert.same({ 1, 4, 5, 6 }, lines)
  end)

  it("skips comments of both kinds, and the first line of a script for the system", function()
    assert.same({ "a", "b", "c" }, texts "#!/usr/bin/sloop\na --b = {\n b --[==[ ]] } ]==] c --")
  end)

  it("tells keywords from names", function()
    for word in ([[and break do else elseif end false for function goto if in local nil not or
                   repeat return then true until while]]):gmatch("%S+") do
      assert.same({ "keyword" }, kinds(word))
    end
    assert.same({ "name", "name" }, kinds "self ending")
  end)

  it("gives what is between the quotes", function()
    assert.same({ "a'b", "c\\\"d", "e]f" }, texts [=["a'b" "c\"d" [[e]f]]]=])
  end)

  it("goes on after a string that no quote ends", function()
    assert.same({ "a", "ab", "b" }, texts "a 'ab\nb")
  end)

  it("goes over the end of a line where a string says so", function()
    assert.same({ "a\\z\n  b", "c" }, texts "'a\\z\n  b' c")
    assert.same({ "a\\\nb", "c" }, texts "'a\\\nb' c")
  end)

  it("reads numbers whole, and no more", function()
    assert.same({ "1", "+", "2", "1.5e-3", "0xA.8p+1", ".5", "3", "..", "x" },
      texts "1+2 1.5e-3 0xA.8p+1 .5 3 ..x")
    assert.same({ "1", "..", "x" }, texts "1..x")
  end)

  it("reads the longest operator", function()
    assert.same({ "a", "==", "b", "...", "..", "<=", "<<", "=" }, texts "a==b ... .. <= << =")
  end)

  it("gives tokens for any bytes", function()
    for _, junk in ipairs { "\0\1\255", "[==[", "--[[", "'", "\\", "0x", "1e", "[=", "", "::" } do
      assert.equal("table", type(lexer.tokens(junk)))
    end
    math.randomseed(7)
    for _ = 1, 300 do
      local bytes = {}
      for i = 1, 60 do bytes[i] = ("[]=-'\"\\\n.e0x{}a "):sub(math.random(1, 16)):sub(1, 1) end
      assert.equal("table", type(lexer.tokens(table.concat(bytes))))
    end
  end)
end)
