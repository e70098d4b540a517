--- Plain data in C: what a node copies and checks of its state when it reloads.
local helper = require "spec.helper"
local reloading = require "spec.reloading"

describe("a migrated state", function()
  local node
  after_each(helper.cleanup)

  --- What `read` is in a node whose `make` filled the state's `t`, after a change of version.
  local function migrated(make, read)
    node = reloading.start { ["node.lua"] = ([[
      return { state = { t = {} }, sockets = { s = { "pub" } }, make = function(self) %s end }]])
      :format(make) }
    node:eval "self:make()"
    node:accept [[return { state = { t = {} }, version = 2, sockets = { s = { "pub" } },
      migrate = function(old) return { t = old.t } end }]]
    return node:eval(read)
  end

  it("has all values as they were, of every type", function()
    assert.equal("true", migrated([[
      self.t = { 1, 2.0, -0.0, "a\0b", true, [1.5] = false, [true] = "x", n = math.mininteger }]],
      [[self.t[1] == 1 and math.type(self.t[2]) == "float" and 1 / self.t[3] < 0
        and self.t[4] == "a\0b" and self.t[1.5] == false and self.t[true] == "x"
        and self.t.n == math.mininteger]]))
  end)

  it("keeps what is shared shared, and cycles closed", function()
    assert.equal("true", migrated([[
      self.t.a = {}
      self.t.b, self.t.c, self.t.t = self.t.a, { self.t.a }, self.t]],
      "self.t.a == self.t.b and self.t.c[1] == self.t.a and self.t.t == self.t"))
  end)

  it("keeps the host's objects", function()
    assert.equal("true", migrated("self.t.s = self.s", "self.t.s == self.s"))
  end)

  it("keeps 200,000 tables, also when some are shared", function()
    assert.equal("true", migrated([[
      for i = 1, 200000 do self.t[i] = { id = i, last = self.t[i - 1] } end]],
      "self.t[200000].id == 200000 and self.t[777].last == self.t[776]"))
  end)
end)
