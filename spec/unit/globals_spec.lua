--- Globals by mistake, as `sloop check` finds them.
local globals = require "sloop.private.check.globals"

local KNOWN <const> = { print = true, pairs = true, _G = true, require = true }

local function problems(text, fields)
  local lines = {}
  for i, each in ipairs(globals.problems(text, KNOWN, fields or {})) do
    lines[i] = each.line .. ": " .. each.message
  end
  return lines
end

describe("globals", function()
  it("that are assigned in a function are reported, with the nearest name", function()
    assert.same({
      "3: global 'cuont' is assigned in a function (did you mean 'count'?); is 'local' missing?",
      "4: global 'x' is assigned in a function; is 'local' missing?",
    }, problems [[
      local count = 0
      return function()
        cuont = 1
        function x() end
        count = cuont
      end]])
  end)

  it("that nothing sets are reported where they are read", function()
    assert.same({
      "2: 'pirnt' is neither a local nor a global that is set (did you mean 'print'?)",
    }, problems "local x\npirnt(x)")
  end)

  it("are compared with the locals that are visible, and with fields", function()
    assert.matches("did you mean 'workers'", problems(
      "local workers return function() local y return function() return worksers, y end end")[1])
    assert.matches("did you mean 'silent'", problems("return function() silnet = 1 end",
      { silent = "a field of the state" })[1])
  end)

  it("that a file sets on purpose are good", function()
    assert.same({}, problems [[
      counter = 0
      function helper() end
      return function() counter = counter + 1 helper() print(counter) end]])
  end)

  it("are found whatever the text is like", function()
    for _, text in ipairs {
      "local _ENV = {} return function() x = 1 end", "return function(_ENV) x = y end",
      "return function() _G.x = 1 end", "for i = 1, 2 do print(i) end", "goto a ::a::",
      "#!/usr/bin/sloop\nreturn print", "", "x = = 1", "local t <close> = nil return t",
      "local a = 'x' return a.x.y.z, a[1], 1.5, 0x7fffffffffffffff, ('y'):rep(300)",
      "return '" .. ("z"):rep(5000) .. "'",
    } do
      assert.same({}, problems(text), text)
    end
    local lines = ("\n"):rep(1000)
    assert.same({ "1001: 'x' is neither a local nor a global that is set" },
      problems(lines .. "return x"))
    assert.same({ "1: global 'y' is assigned in a function; is 'local' missing?",
      "401: 'x' is neither a local nor a global that is set" },
      problems("return function() y = 1 " .. ("\n"):rep(400) .. " return x end"))
  end)
end)
