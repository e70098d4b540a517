--- Paths into tables.
local key_path = require "sloop.private.base.key_path"

local VALUE <const> = {
  workers = { w1 = { at = 1 }, list = { "a", { x = "b" } }, ["2"] = "text" },
  t = { ["a.b"] = 5, ["c]"] = 6, ['d"e'] = 7, [1.5] = 8, [-1] = 9 },
}

local function get(path)
  local steps = key_path.parse(path)
  if not steps then return "not a path" end
  return key_path.get(VALUE, steps)
end

describe("a path", function()
  for path, value in pairs {
    [""] = VALUE, ["workers.w1.at"] = 1, ["workers.list.1"] = "a", ["workers.list[2].x"] = "b",
    ["workers.2"] = "text", ['t["a.b"]'] = 5, ["t['a.b']"] = 5, ['t["c]"]'] = 6,
    [ [[t['d"e']] .. "]" ] = 7, ['t["d\\"e"]'] = 7, ["t[1.5]"] = 8, ["t[-1]"] = 9,
    ["t.-1"] = 9, ["nothing"] = "none", ["workers.list.x.y"] = "none", ["workers[2]"] = "none",
    ["a["] = "not a path", ["a[]"] = "not a path", ["a..b"] = "not a path", ["."] = "not a path",
    ["a[x]"] = "not a path", ['a["b'] = "not a path", ["a]"] = "none", ["a[1]b"] = "not a path",
  } do
    it(("%q"):format(path), function()
      local found = get(path)
      if found == nil then found = "none" end
      assert.equal(value, found)
    end)
  end
end)
