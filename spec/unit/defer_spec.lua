--- Specs: defer.
local defer = require "sloop.reply_later"

describe("defer", function()
  local calls
  before_each(function() calls = 0 end)
  local function act() calls = calls + 1 end

  it("calls when the scope ends, not before", function()
    do
      local _ <close> = defer(act)
      assert.equal(0, calls)
    end
    assert.equal(1, calls)
  end)

  it("calls when an error ends the scope", function()
    pcall(function()
      local _ <close> = defer(act)
      error "oh"
    end)
    assert.equal(1, calls)
  end)

  it("calls when the task in the scope is closed", function()
    local task = coroutine.create(function()
      local _ <close> = defer(act)
      coroutine.yield()
    end)
    coroutine.resume(task)
    assert.equal(0, calls)
    coroutine.close(task)
    assert.equal(1, calls)
  end)
end)
