--- `sloop new`: what it writes runs, keeps its promises and passes its spec.
local helper = require "spec.helper"
local wire = require "spec.wire"

describe("sloop new", function()
  local folder
  before_each(function() folder = helper.folder() end)
  after_each(helper.cleanup)

  local function run(...) return helper.run({ ... }, { cwd = folder }) end

  local function new(...)
    local status, out, err = run("new", ...)
    assert.same({ 0, "" }, { status, err })
    return out
  end

  -- Each command that it names as next, but those that run on, ends well.
  local function works(name)
    assert.equal(0, (run("check", name .. "/" .. name .. ".lua")))
    local status, out, err = run("sim", name .. "/topology.lua", "--seeds=3")
    assert.equal(0, status, out .. err)
    status, out, err = run("lua", "/usr/bin/busted", name)
    assert.equal(0, status, out .. err)
    assert.matches("0 failures / 0 errors", out)
  end

  it("writes a node that answers, and says what is next", function()
    local out = new "echo"
    assert.matches("wrote echo/: echo.lua, topology.lua, echo_spec.lua, README.md", out)
    assert.matches("sloop run echo/echo.lua %-%-watch", out)
    works "echo"
    local node, at = wire.start(folder .. "/echo/echo.lua", { "clients" })
    local client = wire.start("lazy_pirate/client", {}, { "--server=" .. at.clients,
      "--requests=2" })
    wire.ends(client)
    wire.stop(node)
  end)

  for _, role in ipairs { "majordomo/broker", "lazy_pirate/server", "majordomo/worker" } do
    it("writes one like " .. role, function()
      new("mine", "--like=" .. role)
      assert.matches('"mine.lua"', helper.read(folder .. "/mine/topology.lua"))
      works "mine"
    end)
  end

  it("writes where a path says, with spaces too", function()
    assert(os.execute(("mkdir '%s/a b'"):format(folder)))
    assert.matches("sloop run 'a b/echo'/echo.lua", (new "a b/echo/"))
    assert.matches("`sloop run echo.lua %-%-watch`", helper.read(folder .. "/a b/echo/README.md"))
  end)

  it("names the types for lua-language-server where they are", function()
    new "echo"
    local types = helper.read(folder .. "/echo/.luarc.json"):match '"workspace.library": %["(.-)"'
    assert.matches("class sloop.Role", helper.read(types .. "/role.lua"))
  end)

  it("writes a node named as the other of its topology", function()
    new "client"
    works "client"
  end)

  local function refused(status, message, ...)
    local got, out, err = run("new", ...)
    assert.same({ status, "", "sloop: " .. message .. "\n" }, { got, out, err })
  end

  it("never overwrites anything", function()
    helper.write(folder .. "/echo/precious", "x")
    helper.write(folder .. "/file", "x")
    refused(1, "echo exists; 'sloop new' writes a new folder", "echo")
    refused(1, "file exists; 'sloop new' writes a new folder", "file")
  end)

  it("says what it can't write", function()
    refused(1, "can't make the folder none/echo", "none/echo")
    refused(2, "'end' can't name a role: letters, digits and '_', and no keyword of Lua", "end")
    refused(2, "'a-b' can't name a role: letters, digits and '_', and no keyword of Lua", "a-b")
    refused(2, "write one node: sloop new NAME; 'sloop new --help' says more")
    refused(2, "unknown role 'lazy_pirate/sever' (did you mean 'lazy_pirate/server'?)", "a",
      "--like=lazy_pirate/sever")
    refused(2, "--like takes a role that 'sloop list' names, not 'x.lua'", "a", "--like=x.lua")
    refused(2, "no topology of freelance runs freelance/flp", "a", "--like=freelance/flp")
  end)
end)
