--- Locals of files that changed since the files were loaded.
local helper = require "spec.helper"
local upvalues = require "sloop.private.node.upvalues"

-- The role that this text returns, as if it were the file role.lua.
local function role(text) return assert(load(text, "@role.lua"))() end

local function own(path) return path == "role.lua" end

describe("upvalues", function()
  after_each(helper.cleanup)

  local function changed(text)
    local made = role(text)
    local prints = upvalues.take({ made }, own)
    assert.same({}, upvalues.changed(prints))
    made.touch()
    return upvalues.changed(prints)
  end

  it("that changed are named: tables, at any depth, and scalars", function()
    assert.same({ "role.lua: t" }, changed "local t = {} return { touch = function() t.x = 1 end }")
    assert.same({ "role.lua: t" },
      changed "local t = { a = { b = 1 } } return { touch = function() t.a.b = 2 end }")
    assert.same({ "role.lua: n" },
      changed "local n = 0 return { touch = function() n = n + 1 end }")
    assert.same({ "role.lua: t" },
      changed "local t = { 1 } return { touch = function() t = { 1, 2 } end }")
    assert.same({ "role.lua: t" },
      changed "local t return { touch = function() t = {} end }")
  end)

  it("are found through handlers, helpers, and tables of functions", function()
    assert.same({ "role.lua: t" }, changed [[
      local t = {}
      local function deep() t[1] = 1 end
      local commands = { go = function() deep() end }
      return { on = { x = function() commands.go() end }, touch = function() commands.go() end }]])
  end)

  it("that stay as they were are not", function()
    assert.same({}, changed [[
      local WORDS, n = { "a", { "b" } }, 5
      local function helper() return WORDS[1] .. n end
      return { touch = function() return helper() end }]])
  end)

  it("that are large are compared by their size", function()
    local text = "local t = {} for i = 1, 1000 do t[i] = i end "
      .. "return { touch = function() %s end }"
    assert.same({ "role.lua: t" }, changed(text:format "t[1001] = 1"))
    assert.same({}, changed(text:format "t[1000] = 0"))
  end)

  it("may be cyclic", function()
    assert.same({ "role.lua: t" },
      changed "local t = {} t.t = t return { touch = function() t.x = 1 end }")
  end)

  it("of other files are not looked at", function()
    local t = { x = 0 }
    local made = { touch = function() t.x = t.x + 1 end }
    local prints = upvalues.take({ made }, own)
    made.touch()
    assert.same({}, upvalues.changed(prints))
  end)
end)
