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
      print(type(require "sloop.queue"))
      package.path = "%s;" .. package.path
      print((require "nearest"))]]):format(path))
    assert.same({ 0, "table\nmine\n", "" }, { status, out, err })
  end)

  it("says what may be given, and blames the caller's line", function()
    for call, message in pairs {
      ["run({ main = print })"] = "'sloop.run' %(a role's name or file is wanted, not a table",
      ["run('pair/pong', 5)"] = "#2 to 'sloop.run' %(a table of options is wanted, not a number",
      ["check(nil)"] = "'sloop.check' %(a role's name or file",
      ["up(5)"] = "'sloop.up' %(a topology's file",
      ["sim(print)"] = "'sloop.sim' %(a topology's file",
    } do
      local status, _, err = lua("local sloop = require 'sloop'\nsloop." .. call)
      assert.equal(1, status)
      assert.matches("2: bad argument.*" .. message, err)
    end
  end)

  it("runs a topology, a file or a table", function()
    local folder = helper.folder()
    helper.write(folder .. "/role.lua",
      "return { options = { why = '' }, main = function(self) return nil, self.options.why end }")
    local path = helper.write(folder .. "/topology.lua",
      "return { nodes = { a = { 'role.lua', count = 2, why = 'no' } } }")
    local status, out = lua(([[
      local sloop = require "sloop"
      local options = { threads = 1, control = "none" }
      print(sloop.up({ nodes = {
        pong = { "pair/pong", peer = { bind = "inproc://pong" } },
        ping = { "pair/ping", rounds = 1, interval = 1, peer = { connect = "@pong.peer" } },
      } }, options))
      local ok, reason = sloop.up(%q, options)
      print(ok, (reason:gsub("%%d", "N")))
      print(sloop.up "nowhere.lua")]]):format(path))
    assert.same({ 0, "true\nnil\ta.N: no\nnil\tno such file: nowhere.lua\n" }, { status, out })
  end)
end)
