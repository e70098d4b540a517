--- `make demo`: what it tells must be what happens.
local helper = require "spec.helper"

describe("the lazy pirate demo", function()
  after_each(helper.cleanup)

  it("shows a client whose every request is answered although the server crashes", function()
    local status, out, err = helper.run_program("/bin/sh", { "patterns/lazy_pirate/demo.sh" },
      { env = { SLOOP = helper.program }, timeout = 30000 })
    assert.same({ 0, "" }, { status, err }, out)
    local _, answers = out:gsub("client: request %d: answered", "")
    assert.equal(8, answers, out)
    assert.matches("tries on a new socket left", out)
    assert.matches("ended with exit status 1", out)
  end)
end)
