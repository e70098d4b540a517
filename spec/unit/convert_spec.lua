--- Specs: the type of an option.
local convert = require "sloop.private.role.convert"

local function type_of(default)
  local kind = assert(convert.type_of(default))
  return (kind.list and "list of " or "") .. kind.name
end

describe("the type of an option", function()
  it("is that of its default", function()
    assert.equal("integer", type_of(0))
    assert.equal("integer", type_of(-5))
    assert.equal("number", type_of(2.0))
    assert.equal("string", type_of "")
    assert.equal("boolean", type_of(false))
    assert.equal("boolean", type_of(true))
  end)

  it("is a list of what the default lists, of strings when it is empty", function()
    assert.equal("list of integer", type_of { 1, 2 })
    assert.equal("list of string", type_of {})
    assert.equal("list of number", type_of { 1, 2.5 })
    assert.equal("list of boolean", type_of { false })
  end)

  for name, default in pairs {
    ["a function"] = print, ["a table with keys"] = { a = 1 },
    ["a list with a hole"] = { 1, nil, 3 },
    ["a list of lists"] = { {} }, ["a list of both numbers and strings"] = { 1, "a" },
  } do
    it("is none for " .. name, function()
      local kind, reason = convert.type_of(default)
      assert.is_nil(kind)
      assert.equal("string", type(reason))
    end)
  end
end)

describe("text becomes", function()
  local function from(name, text) return convert.from_text({ name = name }, text) end

  it("an integer only when it is one", function()
    assert.equal(5, from("integer", "5"))
    assert.equal(-5, from("integer", "-5"))
    assert.equal(5, from("integer", "+5"))
    assert.equal("integer", math.type(from("integer", "1e3")))
    assert.equal(16, from("integer", "0x10"))
    for _, bad in ipairs { "", "abc", "5x", "2.5", " 5", "5 ", "1e999", "nan", "inf",
                           "99999999999999999999", "--5", "+-5" } do
      assert.is_nil(from("integer", bad))
    end
  end)

  it("a number that is always a float", function()
    assert.equal("float", math.type(from("number", "5")))
    assert.equal(-0.25, from("number", "-.25"))
    assert.equal(1e-3, from("number", "1e-3"))
    for _, bad in ipairs { "", "abc", "1e999", "nan", "inf", "1,5" } do
      assert.is_nil(from("number", bad))
    end
  end)

  it("a boolean from the words people use", function()
    for _, word in ipairs { "true", "yes", "on", "1", "TRUE" } do
      assert.is_true(from("boolean", word))
    end
    for _, word in ipairs { "false", "no", "off", "0", "No" } do
      assert.is_false(from("boolean", word))
    end
    for _, word in ipairs { "", "maybe", "2" } do assert.is_nil(from("boolean", word)) end
  end)

  it("a string as it is", function()
    assert.equal("", from("string", ""))
    assert.equal("5", from("string", "5"))
    assert.equal("a\0b", from("binary", "a\0b"))
  end)
end)

describe("a Lua value becomes", function()
  local function from(name, value, list)
    return convert.from_value({ name = name, list = list or false }, value)
  end

  it("an integer also from a float without a fraction, but not from text", function()
    assert.equal("integer", math.type(from("integer", 5.0)))
    assert.is_nil(from("integer", 5.5))
    assert.is_nil(from("integer", "5"))
    assert.is_nil(from("integer", true))
  end)

  it("a number, always a float, from any number", function()
    assert.equal("float", math.type(from("number", 5)))
    assert.equal(0.5, from("number", 0.5))
    assert.is_nil(from("number", "5"))
  end)

  it("a string from a string only", function()
    assert.same({ "a", "a\0b" }, { from("string", "a"), from("binary", "a\0b") })
    assert.is_nil(from("string", 5))
    assert.is_nil(from("binary", 5))
  end)

  it("a boolean only from a boolean, also from false", function()
    assert.is_false(from("boolean", false))
    assert.is_nil(from("boolean", 0))
    assert.is_nil(from("boolean", "false"))
  end)

  it("a list from a list, which is copied, or from one element", function()
    local given = { "a", "b" }
    local list = from("string", given, true)
    assert.same(given, list)
    assert.not_equal(given, list)
    assert.same({ "a" }, from("string", "a", true))
    assert.same({ false }, from("boolean", false, true))
    assert.same({}, from("string", {}, true))
  end)

  it("no list when an element is wrong", function()
    assert.is_nil(from("integer", { 1, "b" }, true))
    assert.is_nil(from("integer", { a = 1 }, true))
  end)
end)

describe("a value in a message", function()
  it("shows no control characters and no end", function()
    assert.equal("'a\\10b'", convert.quote "a\nb")
    assert.equal(62, #convert.quote(("x"):rep(1000)))
    assert.equal("a table", convert.quote {})
    assert.equal("nil", convert.quote(nil))
    assert.equal("7", convert.quote(7))
  end)
end)
