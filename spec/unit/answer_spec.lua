--- Specs: answer.
local answer = require "sloop.answer"

describe("an answer", function()
  local function of(work, ...) return table.pack(answer({ work = work }, ...)) end

  it("is what the role's work returns", function()
    assert.same({ "x", "", n = 2 }, of(function(_, text) return text, "" end, "x", "y"))
  end)

  it("is the request itself when that returns nothing", function()
    assert.same({ "x", "y", n = 2 }, of(function() end, "x", "y"))
  end)

  it("is nil when that returns nil: a failure is no answer", function()
    assert.same({ nil, "why", n = 2 }, of(function() return nil, "why" end, "x"))
  end)
end)
