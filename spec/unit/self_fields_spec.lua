--- What a role's text does with fields of self that nothing declares.
local declaring = require "spec.declaring"
local loader = require "sloop.loader"
local undeclared = require "sloop.private.check.self_fields"

local good, problems = declaring.good, declaring.problems

local function role(body)
  return "local role = { state = { count = 0, silent = 0 }, sockets = { queue = { 'pull' } } }\n"
    .. body .. "\nreturn role"
end

local WRITTEN <const> =
  "self.cuont is written, but the state declares no 'cuont' (did you mean 'count'?)"

-- What `sloop check` says besides: lines of "line: message".
local function checked(text)
  local result = {}
  for i, problem in ipairs(undeclared.problems(good(text), text, loader.place_of)) do
    result[i] = problem.line .. ": " .. problem.message
  end
  return result
end

describe("a write of a field that state does not declare is refused", function()
  for _, case in ipairs {
    { "in a method", "function role.ask(self) self.cuont = 1 end" },
    { "in a method with a colon", "function role:ask() self.cuont = 1 end" },
    { "in main", "function role.main(self) self.cuont = 1 end" },
    { "in a function inside", "function role.main(self) return function() self.cuont = 1 end end" },
    { "as the first of several", "function role.main(self) self.cuont, self.count = 1, 2 end" },
    { "as the last of several", "function role.main(self) self.count, self.cuont = 1, 2 end" },
    { "behind an index in an index",
      "function role.main(self) self.count, t[u[1]], self.cuont = 1, 2, 3 end" },
    { "among others", "function role.main(self) self.a[1].b, self.cuont, x.y = 1, 2, 3 end" },
    { "after an if", "function role.main(self) if self.count == 1 then self.cuont = 2 end end" },
  } do
    it(case[1], function()
      assert.same({ "role.lua:2: " .. WRITTEN }, problems(role(case[2])))
    end)
  end

  it("also when something else has the name", function()
    assert.same({ "role.lua:2: self.queue cannot be written: it is a socket" },
      problems(role "function role.main(self) self.queue = 1 end"))
    assert.same({ "role.lua:2: self.name cannot be written: it is the host's" },
      problems(role "function role.main(self) self.name = 'x' end"))
  end)

  it("in a handler and in a guard", function()
    assert.same({ "role.lua:3: self.x is written, but the state declares no 'x'",
      "role.lua:4: self.y is written, but the state declares no 'y'" }, problems [[
return { sockets = { a = {
  "pull",
  when = function(self) self.x = 1 end } },
  on = { a = function(self) self.y = 1 end } }]])
  end)
end)

describe("no write of an undeclared field is", function()
  for _, case in ipairs {
    { "one of a declared field", "function role.a(self) self.count, self.silent = 1, 2 end" },
    { "one inside a declared field", "function role.a(self) self.count.x, self.count[1] = 1 end" },
    { "a comparison", "function role.a(self) return self.x == 1, self.y <= 2 end" },
    { "an argument", "function role.a(self) f(self.x, b) g { self.x, b = 1 } end" },
    { "what a comment says", "function role.a(self) --[[ self.x = 1 ]] return 'self.y = 2' end" },
    { "a self of another object", "local o = {} function o:a() self.x = 1 end" },
    { "a self that is a local variable", "function role.a() local self = {} self.x = 1 end" },
    { "a self that is another's parameter", "function role.a(_, self) self.x = 1 end" },
    { "one of a field of another's self", "function role.a(self, o) o.self.x = 1 end" },
  } do
    it(case[1], function() good(role(case[2])) end)
  end

  it("one by a helper, when the role is loaded; check sees it", function()
    local text = role [[
      local function help(self) self.cuont = 1 end
      function role.a(self) help(self) end]]
    good(text)
    assert.same({ "2: " .. WRITTEN }, checked(text))
  end)
end)

describe("check", function()
  it("finds reads and calls of what nothing declares", function()
    assert.same({ "2: nothing declares self.cuont (did you mean 'count'?)",
      "3: nothing declares self.slep (did you mean 'sleep'?)" },
      checked(role [[
        function role.a(self) return self.cuont end
        function role.b(self) self:slep(1) end]]))
  end)

  it("knows methods, sockets, parts and the host's names", function()
    assert.same({}, checked(role [[
      function role.a(self) self:b() self.queue:recv() self:sleep(self.options.ms) end
      function role.b(self) return self.name, self.args, self.count end]]))
  end)

  it("says nothing of objects in the role's file that have a self of their own", function()
    assert.same({}, checked(role [[
      local o = {}
      function o.new() return setmetatable({}, { __index = o }) end
      function o.get(self) return self.value end]]))
  end)

  it("says nothing of methods with a colon, which are another object's", function()
    assert.same({}, checked(role "local o = {}\nfunction o:get() return self.value end"))
  end)

  it("tells several roles of one file apart", function()
    local text = [[
local one = { state = { a = 1 } }
function one.f(self) self.a = self.b end
local two = { state = { b = 1 } }
function two.f(self) self.b = self.b end
return one]]
    assert.same({ "2: nothing declares self.b" }, checked(text))
  end)

  it("allows for names that other options would declare", function()
    assert.same({}, checked [[
local role = { options = { spare = false } }
function role.sockets(options)
  local all = {}
  if options.spare then all.extra = { "pull" } end
  return all
end
function role.a(self) return self.extra end
return role]])
  end)
end)
