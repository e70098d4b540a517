--- What a refused reload must leave as it was: globals, libraries, metatables, loaded modules.
local helper = require "spec.helper"
local reloading = require "spec.reloading"

local BEFORE <const> = [[
local words = require "words"
function price(x) return x * 2 end
string.twice = function(s) return s .. s end
return {
  state = { n = 0 },
  price = function(self, x) return price(x) end,
  twice = function(self, s) return s:twice() end,
  word = function() return words.word end,
}]]

-- Each is put before a role that is refused: what an eval gave before, it must give after.
local TRACES <const> = {
  ["a global function"] = { "function price(x) return x * 1000 end", "self:price(1)" },
  ["a new global"] = { "fresh = 1", "fresh == nil" },
  ["a global that is removed"] = { "price = nil", "type(price)" },
  ["a function of a library"] = { "string.twice = function() return 'no' end", "self:twice 'x'" },
  ["a new function of a library"] = { "table.shout = print", "table.shout == nil" },
  ["a library's own function"] = { "math.floor = nil", "math.floor(1.5)" },
  ["a library"] = { "os = nil", "type(os.time)" },
  ["the metatable of strings"] = { "getmetatable('').__call = function() return 'no' end",
    "getmetatable('').__call == nil" },
  ["where strings find methods"] = { "getmetatable('').__index = {}", "self:twice 'x'" },
  ["a metatable of another type"] = { "debug.setmetatable(0, { __index = { x = 1 } })",
    "debug.getmetatable(0) == nil" },
  ["the metatable of globals"] = { "setmetatable(_G, { __index = function() return 1 end })",
    "undefined == nil" },
  ["package.loaded"] = { "package.loaded.mine = 1 package.loaded.string = { no = true }",
    "package.loaded.mine == nil and require 'string' == string" },
  ["package.preload"] = { "package.preload.mine = print", "package.preload.mine == nil" },
  ["package.path"] = { "package.path = 'nowhere'", "package.path" },
  ["package.searchers"] = { "package.searchers = {}", "#package.searchers" },
  ["require"] = { "require = nil", "type(require)" },
  ["the table of a module that is not reloaded"] = { "require 'theirs'.word = 'no'",
    "require 'theirs'.word" },
  ["what a function in that table does"] = { "require 'theirs'.say = nil",
    "require 'theirs'.say()" },
}

describe("a refused reload leaves as it was", function()
  local node
  after_each(helper.cleanup)

  local function start(arguments)
    node = reloading.start({
      ["node.lua"] = BEFORE, ["words.lua"] = "return { word = 'hello' }",
      ["lua/theirs.lua"] = "return { word = 'theirs', say = function() return 'said' end }",
    }, { env = { LUA_PATH = "lua/?.lua;;" }, arguments = arguments })
  end

  before_each(function() start() end)

  for what, each in pairs(TRACES) do
    it(what, function()
      local before = node:eval(each[2])
      for _, refused in ipairs { "return { statte = {} }", "error 'no luck'" } do
        assert.is_false(node:change(each[1] .. " " .. refused).ok)
        assert.equal(before, node:eval(each[2]))
      end
    end)
  end

  it("a global, when a required module sets it and another raises", function()
    node:write("words.lua", "price = nil return {}")
    node:write("raising.lua", "error 'no luck'")
    assert.is_false(node:change("require 'words' require 'raising' return {}").ok)
    assert.equal("2", node:eval "self:price(1)")
    assert.equal('"hello"', node:eval "self:word()")
  end)

  it("all of them, when migrate raises", function()
    assert.is_false(node:change([[
      string.twice = nil
      local function migrate() price = nil string.twice = 1 error "no" end
      return { version = 2, migrate = migrate }]]).ok)
    assert.equal("2", node:eval "self:price(1)")
    assert.equal('"xx"', node:eval "self:twice 'x'")
  end)

  it("all of them, when the new code fails in probation", function()
    helper.cleanup()
    start { "--probation=1" }
    node:accept [[
      function price(x) return x * 1000 end
      string.twice = nil
      return { state = { n = 0 }, timers = { soon = 1 },
               on = { soon = function() error "at once" end },
               price = function(self, x) return price(x) end }]]
    node:line "back to the code before"
    assert.equal("2", node:eval "self:price(1)")
    assert.equal('"xx"', node:eval "self:twice 'x'")
  end)
end)

describe("a good reload", function()
  local node
  after_each(helper.cleanup)

  it("forgets what only the old code set", function()
    node = reloading.start { ["node.lua"] = [[
      old, string.old = 1, print
      getmetatable("").__call = function() return 1 end
      return { state = {} }]] }
    node:accept "new = 2 return { state = {}, new = function() return new end }"
    assert.equal("nil", node:eval "old")
    assert.equal("nil", node:eval "string.old")
    assert.equal("nil", node:eval "getmetatable('').__call")
    assert.equal("2", node:eval "new")
    assert.equal("2", node:eval "self:new()")
  end)

  it("lets tasks of the old code go on with the globals they know", function()
    node = reloading.start { ["node.lua"] = [[
      function word() return "old" end
      return {
        state = { said = "", waits = false }, timers = { once = 1 },
        on = { once = function(self)
          self.waits = true
          self:wait "go"
          self.said = self.said .. word()
        end },
      }]] }
    node:wait_for "self.waits"
    node:accept [[
      function word() return "new" end
      return { state = { said = "", waits = false }, timers = { once = 1e6 },
        on = { once = function() end } }]]
    node:eval "self:wake 'go'"
    node:wait_for "self.said == 'old'"
    assert.equal('"new"', node:eval "word()")
  end)

  it("warns of a global that had been changed since it was loaded", function()
    node = reloading.start { ["node.lua"] = [[
      count = 0
      return { state = {}, add = function() count = count + 1 end }]] }
    node:eval "self:add()"
    node:accept "count = 0 return { state = {} }"
    node:line "warning: count: this global had changed, and the reload reset it"
  end)
end)
