--- The list of what is wrong: its lines, its order, its words.
local problems = require "sloop.private.role.problems"

local TEXT <const> = "local role = {\n options = {},\n timers = { beat = 5 } }"
local ROLE <const> = { options = {}, timers = { beat = 5 } }

local function list()
  local self = problems.new(function(path) return path == "a.lua" and TEXT or nil end)
  return self
end

local function texts(self)
  local lines = {}
  for i, problem in ipairs(self:list()) do lines[i] = problems.text(problem) end
  return lines
end

describe("a list of problems", function()
  it("is empty at first", function()
    assert.is_true(list():is_empty())
    assert.same({}, list():list())
  end)

  it("tells file and line of a key, a function and a line", function()
    local self = list()
    self:add("a.lua", ROLE, { "timers", "beat" }, "one")
    self:add("a.lua", ROLE, 7, "two")
    self:add("a.lua", ROLE, load("\n\n\n\nreturn function() end", "@a.lua")(), "three")
    assert.is_false(self:is_empty())
    assert.same({ "a.lua:3: one", "a.lua:5: three", "a.lua:7: two" }, texts(self))
  end)

  it("tells the file alone when its text is not known, or the function is from another", function()
    local self = list()
    self:add("b.lua", ROLE, { "timers" }, "one")
    self:add("a.lua", ROLE, print, "two")
    assert.same({ "a.lua: two", "b.lua: one" }, texts(self))
  end)

  it("tells where the file's first table begins when it cannot find the role's", function()
    local self = list()
    self:add("a.lua", { other = 1 }, { "other" }, "one")
    assert.same({ "a.lua:1: one" }, texts(self))
  end)

  it("has what is wrong in the role first, then in its entry, then the user's mistakes", function()
    local self = list()
    self:usage("usage")
    self:add("a.lua", ROLE, { "timers" }, "b")
    self:add("a.lua", ROLE, { "timers" }, "a")
    self:add("a.lua", ROLE, { "options" }, "c")
    self:add(nil, nil, {}, "entry")
    self:add("Z.lua", nil, 1, "d")
    assert.same({ "Z.lua:1: d", "a.lua:2: c", "a.lua:3: a", "a.lua:3: b", "entry", "usage" },
      texts(self))
  end)

  it("tells the same only once", function()
    local self = list()
    for _ = 1, 3 do self:add("a.lua", ROLE, { "timers" }, "a") end
    self:usage("x")
    self:usage("x")
    assert.same({ "a.lua:3: a", "x" }, texts(self))
  end)

  it("reads each file once, also one that is not there", function()
    local count = 0
    local self = problems.new(function() count = count + 1 end)
    self:read("x")
    self:read("x")
    assert.equal(1, count)
  end)
end)

describe("a summary", function()
  it("is the first problem, and how many more; one of the role is status 1", function()
    local self = list()
    self:add("a.lua", ROLE, 7, "oh")
    assert.same({ "a.lua:7: oh", 1 }, { problems.summary(self:list()) })
    self:usage("x")
    assert.same({ "a.lua:7: oh (and 1 more)", 1 }, { problems.summary(self:list()) })
  end)

  it("is status 2 when only the user is wrong", function()
    local self = list()
    self:usage("x")
    assert.same({ "x", 2 }, { problems.summary(self:list()) })
  end)
end)
