--- Stores in both worlds: the same script sees the same, whatever its world keeps them on.
local helper = require "spec.helper"
local role = require "spec.role"
local sloop = require "sloop"

-- The texts are bodies of `main`, which return text; `jobs` is the store.
local ROLE <const> = [[
local role = { stores = { jobs = {} }, state = { seen = {} }, on = {} }
local function body(self, jobs)
  local function see(...) table.insert(self.seen, table.concat({ ... }, " ")) end
  local function keys(prefix)
    local list = {}
    for key in jobs:each(prefix) do table.insert(list, key) end
    return table.concat(list, ",")
  end
  %s
  return table.concat(self.seen, "; ")
end
function role.main(self)
  local text = body(self, self.jobs)
  self:note("saw", { text = text })
  return text
end
return role]]

local function in_the_real_world(text) return (role.run(ROLE:format(text))) end

local function in_the_simulated_world(text)
  local file = helper.write(helper.folder() .. "/role.lua",
    "local function refused(wanted, ...) local ok, reason = pcall(...)\n"
    .. "if ok or not tostring(reason):find(wanted, 1, true) then error(tostring(reason)) end end\n"
    .. ROLE:format(text))
  local result = sloop.sim({ nodes = { a = { file } }, faults = {} }, { seed = 1 })
  assert.is_nil(result.failure)
  for _, event in ipairs(result.history) do
    if event.kind == "saw" then return event.text end
  end
end

local function conforms(what, expected, text)
  it(what, function()
    assert.equal(expected, in_the_real_world(text), "in the real world")
    assert.equal(expected, in_the_simulated_world(text), "in the simulated world")
  end)
end

describe("a store", function()
  after_each(helper.cleanup)

  conforms("keeps values as they are", "true", [[
    local values = {
      0, -1, math.maxinteger, math.mininteger, 0.0, 1.0, -0.5, 1e300, 5e-324, 1/0, -1/0, 0.1,
      "", "text", "\0\1\255", ("x"):rep(100000), "12", "{", "|", true, false,
      {}, { 1, 2, 3 }, { "echo", "hi\0", tries = 0 }, { [1.5] = "f", [true] = false, [-3] = {} },
      { { { "deep" } }, n = { [""] = "" } }, { nil, 2 }, { "a", nil, "c" },
    }
    local function same(a, b)
      if type(a) ~= "table" then return math.type(a) == math.type(b) and a == b end
      if type(b) ~= "table" then return false end
      for k, v in pairs(a) do if not same(v, b[k]) then return false end end
      for k in pairs(b) do if a[k] == nil then return false end end
      return true
    end
    for pass = 1, 2 do
      for i, value in ipairs(values) do
        if pass == 1 then jobs:put("v" .. i, value) end
        if not same(value, jobs:get("v" .. i)) then error("value " .. i .. " of pass " .. pass) end
      end
      assert(jobs:sync())
    end
    jobs:put("nan", 0/0)
    assert(jobs:sync())
    local nan = jobs:get "nan"
    see(tostring(nan ~= nan))]])

  conforms("shows at once what is put, and what is deleted is gone", "1 2 nil; nil 2 x; nil", [[
    jobs:put("a", 1) jobs:put("b", 2)
    see(jobs:get "a", jobs:get "b", tostring(jobs:get "c"))
    jobs:sync()
    jobs:put("a", nil) jobs:put("c", "x") jobs:put("d", "y") jobs:put("d", nil)
    see(tostring(jobs:get "a"), jobs:get "b", jobs:get "c")
    jobs:sync()
    see(tostring(jobs:get "a"))]])

  conforms("goes through its keys in the order of bytes",
    ",A,B,a,a\0,a\0b,aa,b,b\255,b\255\255,c,\255,\255\255; a,a\0,a\0b,aa; \255,\255\255; "
    .. "b\255,b\255\255; ", [[
    for _, key in ipairs { "b", "a", "c", "", "\255", "aa", "a\0b", "B", "b\255\255" } do
      jobs:put(key, key)
    end
    jobs:sync()
    for _, key in ipairs { "a\0", "b\255", "\255\255", "A" } do jobs:put(key, key) end
    see(keys()) see(keys "a") see(keys "\255") see(keys "b\255") see(keys "nothing")]])

  conforms("goes through them as they were, whatever happens meanwhile",
    "a 1,b 2,c 3; c 30,d 4; a 1; b 2,c 3", [[
    jobs:put("a", 1) jobs:put("b", 2)
    jobs:sync()
    jobs:put("c", 3)
    local list = {}
    for key, value in jobs:each() do
      table.insert(list, key .. " " .. value)
      jobs:put("a", nil) jobs:put("b", nil) jobs:put("c", 30) jobs:put("d", 4)
      jobs:sync()
      self:sleep(1)
    end
    see(table.concat(list, ",")) list = {}
    for key, value in jobs:each() do table.insert(list, key .. " " .. value) end
    see(table.concat(list, ",")) list = {}
    jobs:put("a", 1) jobs:put("b", 2) jobs:put("c", 3) jobs:put("d", nil)
    for key, value in jobs:each() do see(key .. " " .. value) break end
    for key, value in jobs:each() do
      jobs:put(key, nil)
      if key ~= "a" then table.insert(list, key .. " " .. value) end
    end
    see(table.concat(list, ","))]])

  conforms("merges what is on disk and what is not yet", "b new,c new,e; b new,c new,e", [[
    for _, key in ipairs { "a", "b", "d" } do jobs:put(key, "old") end
    jobs:sync()
    jobs:put("a", nil) jobs:put("b", "new") jobs:put("c", "new") jobs:put("d", nil)
    jobs:put("e", "")
    local function all()
      local list = {}
      for key, value in jobs:each() do
        table.insert(list, value == "" and key or key .. " " .. value)
      end
      return table.concat(list, ",")
    end
    see(all())
    jobs:sync()
    see(all())]])

  conforms("may be gone through twice at a time, and forgotten halfway", "a a,a b,b a,b b", [[
    jobs:put("a", 1) jobs:put("b", 2)
    jobs:sync()
    local list = {}
    for one in jobs:each() do
      for other in jobs:each() do table.insert(list, one .. " " .. other) end
    end
    for _ = 1, 20 do jobs:each()() end
    collectgarbage()
    see(table.concat(list, ","))]])

  conforms("syncs at once when there is nothing to write", "true true; true", [[
    see(tostring(jobs:sync()), tostring(jobs:sync()))
    jobs:put("a", 1)
    see(tostring(jobs:sync()))]])

  conforms("lets callers of one moment share a commit, and those of its time the next",
    "1 2 3; 4 5", [[
    local done, first = {}, {}
    local function put(n)
      self:spawn(function()
        jobs:put("k" .. n, n)
        assert(jobs:sync())
        table.insert(done, n)
        self:wake "done"
      end)
    end
    for n = 1, 3 do put(n) end
    self:sleep(0)
    for n = 4, 5 do put(n) end
    while #done < 3 do self:wait "done" end
    see(table.concat(done, " ")) done = {}
    while #done < 2 do self:wait "done" end
    see(table.concat(done, " "))]])

  conforms("refuses what it can't keep, and says what it is", "nil", [[
    refused("bad argument #1 to 'put' (string expected, got number)",
      function() jobs:put(1, "x") end)
    refused("bad argument #1 to 'get' (string expected, got no value)", function() jobs:get() end)
    refused("bad argument #2 to 'put' (value expected)", function() jobs:put("k") end)
    refused("value.on.x is a function, which is not plain data",
      function() jobs:put("k", { on = { x = print } }) end)
    refused("value is a function, which is not plain data", function() jobs:put("k", print) end)
    refused("a table with a metatable", function() jobs:put("k", { setmetatable({}, {}) }) end)
    refused("value[table", function() jobs:put("k", { [{}] = 1 }) end)
    local ring = {}
    ring.ring = ring
    refused("too deep, or within itself", function() jobs:put("k", ring) end)
    refused("Store", function() jobs.put({}, "k", 1) end)
    refused("cannot wait here", table.sort, { 1, 2 }, function() jobs:sync() end)
    see(tostring(jobs:get "k"))]])
end)
