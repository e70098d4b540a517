--- Specs: the states of a binary star on the wire.
local bstar = require "binary_star/bstar"

describe("a state", function()
  it("is a digit and a term", function()
    assert.equal("1 0", bstar.state("primary", "waiting", 0))
    assert.equal("2 7", bstar.state("backup", "waiting", 7))
    assert.equal("3 17", bstar.state("backup", "active", 17))
    assert.equal("4 17", bstar.state("primary", "passive", 17))
    assert.equal("1 17", bstar.state("primary", "leaving", 17))
  end)

  it("is the digit alone without a term, as the Guide's programs say it", function()
    assert.equal("1", bstar.state("primary", "waiting"))
    assert.equal("2", bstar.state("backup", "leaving"))
    assert.equal("3", bstar.state("backup", "active"))
    assert.equal("4", bstar.state("backup", "passive"))
  end)

  it("is understood with and without a term", function()
    assert.same({ "waiting" }, { bstar.parse "1" })
    assert.same({ "waiting", 0 }, { bstar.parse "2 0" })
    assert.same({ "active", 17 }, { bstar.parse "3 17" })
    assert.same({ "passive", bstar.MOST_TERMS }, { bstar.parse("4 " .. bstar.MOST_TERMS) })
  end)

  it("is refused with a reason when it is anything else", function()
    for frame, reason in pairs {
      [""] = "not a state", ["0"] = "not a state", ["5 1"] = "not a state", ["x"] = "not a state",
      ["3 "] = "not a state", ["31"] = "not a state", ["3 1 2"] = "not a state",
      ["3 -1"] = "not a state", ["3 0x1"] = "not a state", ["3 1e3"] = "not a state",
      ["3\0"] = "not a state", ["3 4194305"] = "a term too high",
      ["3 " .. ("9"):rep(100)] = "a term too high",
    } do
      assert.same({ nil, reason }, { bstar.parse(frame) }, ("%q"):format(frame))
    end
    assert.same({ nil, "a state of more than one frame" }, { bstar.parse("3 1", "") })
    assert.same({ nil, "a state of more than one frame" }, { bstar.parse() })
  end)

  it("survives no frame whatever without an answer", function()
    for _ = 1, 20000 do
      local bytes = {}
      for i = 1, math.random(0, 8) do bytes[i] = string.char(math.random(0, 255)) end
      local phase, reason = bstar.parse(table.concat(bytes))
      assert.is_true(phase ~= nil or type(reason) == "string")
    end
  end)
end)
