--- Long work says how far it is; see spec/unit/progress_spec.lua for how.
local helper = require "spec.helper"

describe("the start of many nodes", function()
  after_each(helper.cleanup)

  it("shows its progress", function()
    local folder = helper.folder()
    -- More than a second in all, however fast the machine is.
    helper.write(folder .. "/slow.lua", [[
local began = os.clock()
while os.clock() - began < 0.015 do end
return { main = function() end }
]])
    helper.write(folder .. "/many.lua",
      'return { nodes = { slow = { "slow.lua", count = 101 } } }')
    local status, out, err = helper.run({ "up", folder .. "/many.lua", "--threads=1" },
      { timeout = 120000 })
    assert.same({ 0, "" }, { status, out }, err)
    assert.matches("^%d+ of 101 nodes are loaded, .*nodes/s", err)
  end)

  it("is silent when they are few", function()
    local folder = helper.folder()
    helper.write(folder .. "/one.lua", "return { main = function() end }")
    helper.write(folder .. "/few.lua", 'return { nodes = { one = { "one.lua", count = 3 } } }')
    assert.same({ 0, "", "" }, { helper.run { "up", folder .. "/few.lua" } })
  end)
end)
