--- Plain data: copied, compared, and what is not plain in it.
local plain = require "sloop.private.base.plain_data"

describe("a copy", function()
  it("is equal and separate, at every depth", function()
    local made = { 1, "a", true, { x = { y = 2.5 } }, [{ k = 1 }] = "table as a key" }
    local copy = plain.copy(made)
    assert.same({ x = { y = 2.5 } }, copy[4])
    assert.not_equal(made[4].x, copy[4].x)
    copy[4].x.y = 0
    assert.equal(2.5, made[4].x.y)
    for key in pairs(copy) do
      if type(key) == "table" then assert.equal(1, key.k) end
    end
  end)

  it("keeps what is shared shared, and cycles closed", function()
    local shared = {}
    local made = { a = shared, b = shared }
    made.self = made
    local copy = plain.copy(made)
    assert.equal(copy.a, copy.b)
    assert.not_equal(shared, copy.a)
    assert.equal(copy, copy.self)
  end)

  it("takes what is no table as it is", function()
    assert.equal(print, plain.copy { print }[1])
    assert.is_nil(plain.copy(nil))
  end)
end)

describe("same", function()
  it("compares by content", function()
    assert.is_true(plain.same({ 1, { a = "x" } }, { 1, { a = "x" } }))
    assert.is_true(plain.same(nil, nil))
    assert.is_false(plain.same({ 1 }, { 1, 2 }))
    assert.is_false(plain.same({ 1, 2 }, { 1 }))
    assert.is_false(plain.same({ a = { 1 } }, { a = { 2 } }))
    assert.is_false(plain.same({}, nil))
    assert.is_false(plain.same({}, 1))
    assert.is_false(plain.same("1", 1))
  end)

  it("ends where tables are within themselves", function()
    local a, b = { 1 }, { 1 }
    a.me, b.me = a, b
    assert.is_true(plain.same(a, b))
    b[2] = 2
    assert.is_false(plain.same(a, b))
  end)
end)

describe("offence", function()
  local function offence(value)
    return plain.offence(value, "self", function(each) return each == io.stdout end)
  end

  it("is none in plain data, also cyclic, shared and wide", function()
    local made = { 1, "a", false, { {} } }
    made.again, made.shared = made, made[4]
    assert.is_nil(offence(made))
    assert.is_nil(offence { io.stdout })
  end)

  it("names the first thing that is not, and the way to it", function()
    assert.equal("self.a.b is a function", offence { a = { b = print } })
    assert.equal("self[1][2] is a userdata", offence { { 1, io.stderr } })
    assert.equal('self["a b"].c is a thread', offence { ["a b"] = { c = coroutine.create(print) } })
    assert.equal("self.m is a table with a metatable", offence { m = setmetatable({}, {}) })
    assert.equal("self.m is a table with a metatable",
      offence { m = setmetatable({}, { __metatable = false }) })
    assert.equal("self[1.5] is a function", offence { [1.5] = print })
    assert.equal("self.t is a table with a function as key", offence { t = { [print] = 1 } })
    assert.equal("self is a table with a table as key", offence { [{}] = 1 })
  end)

  it("asks no metamethods", function()
    local trap = setmetatable({}, { __index = error, __pairs = error, __len = error })
    assert.equal("self.trap is a table with a metatable", offence { trap = trap })
  end)
end)
