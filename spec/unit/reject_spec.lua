--- Specs: reject.
local reject = require "sloop.reject_message"

describe("reject", function()
  it("counts by reason, and logs each reason once", function()
    local logged = {}
    local self = {
      rejects = {},
      warn = function(_, format, ...) table.insert(logged, format:format(...)) end,
    }
    for _ = 1, 3 do reject(self, "malformed request") end
    reject(self, "100 % odd")
    assert.same({ ["malformed request"] = 3, ["100 % odd"] = 1 }, self.rejects)
    assert.same({
      "rejected: malformed request (from now on only counted)",
      "rejected: 100 % odd (from now on only counted)",
    }, logged)
  end)
end)
