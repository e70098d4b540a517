--- Specs: which of a pair serves, and what it has on disk by then.
local test = require "spec.pair_under_test"
local pair = require "binary_star/pair"

local start, hear, vote, is, pass, settle =
  test.start, test.hear, test.vote,
  test.is, test.pass, test.settle

describe("a pair with its terms on disk", function()
  before_each(test.reset)

  it("has them there before it serves", function()
    local was
    test.sync = function()
      was = was or { test.kept.highest, test.node.phase }
      return true
    end
    settle "primary"
    assert.same({ 1, "waiting" }, was)
  end)

  it("keeps what it heard, and begins above it", function()
    settle "backup"
    assert.equal(1, test.kept.highest)
    hear "3 7"
    start "backup"
    pass(4000)
    assert.equal(8, vote()) -- it was the primary that served last
  end)

  it("has one task write at a time; the other requests wait for it", function()
    settle "backup"
    pass(2000)
    test.sync = function() return test.node:wait("disk") end
    local terms = {}
    for _ = 1, 3 do test.node:spawn(function(self) table.insert(terms, self:vote()) end) end
    assert.same({}, terms)
    test.node:wake("disk")
    assert.same({ 2, 2, 2 }, terms)
  end)

  it("does not serve when the other one was faster than the disk", function()
    settle "backup"
    pass(2000)
    test.sync = function() return test.node:wait("disk") end
    vote()
    hear "3 3"
    test.node:wake("disk")
    is "passive"
    assert.same({ nil, n = 1 }, test.answer)
  end)

  it("does not serve when it stood still meanwhile", function()
    settle "backup"
    pass(2000)
    test.sync = function() return test.node:wait("disk") end
    vote()
    test.node:advance(1900)
    test.node:wake("disk")
    is "passive"
  end)

  it("does not serve when it stood still meanwhile, though its timer has run since", function()
    settle "backup"
    pass(2000)
    test.sync = function() return test.node:wait("disk") end
    vote()
    test.node:advance(1900)
    pair.on.beat(test.node)
    test.node:wake("disk")
    is "passive"
  end)

  it("does not serve when the active, which was silent, was heard meanwhile", function()
    settle "backup"
    pass(2000)
    test.sync = function() return test.node:wait("disk") end
    vote()
    hear "3 1"
    test.node:wake("disk")
    is "passive"
  end)

  it("ends when that fails", function()
    test.sync = function() return nil, "no space left on device" end
    start "primary"
    hear "2 0"
    assert.same({ nil, "the term can't be stored: no space left on device" }, test.node.stopped)
  end)
end)
