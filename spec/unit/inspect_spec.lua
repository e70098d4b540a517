--- Values as text for people.
local inspect = require "sloop.private.base.inspect"

describe("inspect", function()
  it("shows scalars", function()
    assert.equal("nil", inspect.text(nil))
    assert.equal("true", inspect.text(true))
    assert.equal("1.5", inspect.text(1.5))
    assert.equal('"a\\"b\\\\c\\nd"', inspect.text 'a"b\\c\nd')
    assert.matches("^function: ", inspect.text(print))
  end)

  it("shows bytes that a terminal must not get by number", function()
    assert.equal('"\\x00\\x1b[2J\\x7f\\xff"', inspect.text "\0\27[2J\127\255")
  end)

  it("shows tables by sorted keys, lists without them", function()
    assert.equal("{}", inspect.text {})
    assert.equal('{\n  1,\n  "b",\n  a = 2,\n  ["x y"] = 3,\n}',
      inspect.text { 1, "b", a = 2, ["x y"] = 3 })
    assert.equal("{\n  a = {\n    b = {},\n  },\n}", inspect.text { a = { b = {} } })
    assert.equal("{\n  [1.5] = 1,\n  [9] = 2,\n  [true] = 3,\n}",
      (inspect.text { [9] = 2, [1.5] = 1, [true] = 3 }:gsub("  %[true%] = 3,\n", "")
        :gsub("}$", "  [true] = 3,\n}")))
  end)

  it("ends where a table is within itself, or too deep", function()
    local cyclic = {}
    cyclic.me = cyclic
    assert.equal("{\n  me = {...},\n}", inspect.text(cyclic))
    local deep = {}
    local at = deep
    for _ = 1, 1000 do
      at.d = {}
      at = at.d
    end
    assert.matches("{%.%.%.}", inspect.text(deep))
  end)

  it("shows a shared table each time", function()
    local shared = { 1 }
    assert.equal("{\n  {\n    1,\n  },\n  {\n    1,\n  },\n}", inspect.text { shared, shared })
  end)

  it("asks no metamethods of a table", function()
    local trap = setmetatable({ 7, a = 1 }, {
      __index = function() error "index" end, __len = function() error "len" end,
      __pairs = function() error "pairs" end, __tostring = function() error "tostring" end,
    })
    assert.equal("{\n  7,\n  a = 1,\n}", inspect.text(trap))
  end)
end)
