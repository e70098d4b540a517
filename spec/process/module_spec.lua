--- The module in a plain lua5.4.
local helper = require "spec.helper"

describe("the module in a plain lua5.4", function()
  after_each(helper.cleanup)

  local function lua(text)
    return helper.run_program("/usr/bin/lua5.4", { "-e", text },
      { env = { LUA_CPATH = helper.module_folder .. "/?.so" } })
  end

  it("is of the same version as the program", function()
    local _, version = helper.run { "--version" }
    assert.same({ 0, version, "" }, { lua "print(require 'sloop'.version())" })
  end)

  it("brings the built-in scripts, and leaves the program's own modules alone", function()
    local path = helper.write(helper.folder() .. "/nearest.lua", "return 'mine'")
    local status, out, err = lua(([[
      require "sloop"
      print(type(require "queue"))
      package.path = "%s;" .. package.path
      print((require "nearest"))]]):format(path))
    assert.same({ 0, "table\nmine\n", "" }, { status, out, err })
  end)
end)
