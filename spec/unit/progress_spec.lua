--- The line of progress of long work.
local progress = require "sloop.private.base.progress"

describe("progress", function()
  local real, now, out, terminal = {}, 0, {}, false

  before_each(function()
    now, out = 100, {}
    real.time, real.execute, real.stderr = os.time, os.execute, io.stderr
    -- luacheck: push ignore 122
    os.time = function() return now end
    os.execute = function() return terminal end
    io.stderr = { write = function(_, ...) table.insert(out, table.concat { ... }) end }
    -- luacheck: pop
  end)

  after_each(function()
    -- luacheck: push ignore 122
    os.time, os.execute, io.stderr = real.time, real.execute, real.stderr
    -- luacheck: pop
  end)

  it("is a line a second in a pipe: done, rate, left", function()
    terminal = false
    local line = progress.new(100, "seeds")
    line:update(1, ", 0 failed")
    now = 102
    line:update(10, ", 1 failed")
    line:update(11, ", 1 failed")
    now = 104
    line:update(20, ", 1 failed")
    line:clear()
    assert.same({ "10 of 100 seeds, 1 failed, 5 seeds/s, 18 s left\n",
      "20 of 100 seeds, 1 failed, 5 seeds/s, 16 s left\n" }, out)
    assert.equal("5 seeds/s", line:rate(20))
  end)

  it("is one line that is redrawn on a terminal, and erased before other output", function()
    terminal = true
    local line = progress.new(1000000, "seeds")
    line:clear()
    now = 101
    line:update(10, "")
    now = 102
    line:update(20, "")
    line:clear()
    line:clear()
    assert.same({ "\r\27[K10 of 1000000 seeds, 10 seeds/s, 1666 min left",
      "\r\27[K20 of 1000000 seeds, 10 seeds/s, 1666 min left", "\r\27[K" }, out)
  end)
end)
