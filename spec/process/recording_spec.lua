--- The README's pictures show what happens today.
local helper = require "spec.helper"

describe("the README's recording and diagram", function()
  after_each(helper.cleanup)

  it("are what docs/recording/record.lua would make now", function()
    local status, _, err = helper.run_program(helper.release,
      { "lua", "docs/recording/record.lua", "--check" }, {
        timeout = 120000,
        env = { LD_PRELOAD = helper.root .. "/build/spec/loopback.so", LOOPBACK = "127.63.0.1" },
      })
    assert.equal(0, status, err .. "`sloop lua docs/recording/record.lua` makes them anew")
  end)
end)
