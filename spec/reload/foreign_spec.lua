--- Script code that runs when a node is reloaded, set or asked: metamethods, functions of the
-- options, error objects. Whatever it does, the node serves after it, and one SIGTERM ends it.
local helper = require "spec.helper"
local reloading = require "spec.reloading"

local ROLE <const> = [[
local word = require "word"
local evil = setmetatable({}, {
  __tostring = function() while true do end end,
  __pairs = function() while true do end end,
  __name = setmetatable({}, { __tostring = function() while true do end end }),
  __eq = function() while true do end end,
  __index = function() while true do end end,
})
return {
  options = { n = 1 },
  state = { t = {}, count = 0 },
  sockets = function(options)
    while options.n == 2 do end
    return { s = { "pub", sndhwm = options.n } }
  end,
  timers = function(options)
    if options.n == 3 then error(setmetatable({}, { __tostring = function() error "no" end })) end
    return { beat = 10 }
  end,
  on = { beat = function(self) self.count = self.count + 1 end },
  make = function(self) rawset(self.t, "evil", evil) end,
  evil = function() return evil end,
  raise = function() error(evil) end,
  word = function() return word.word end,
}]]

describe("script code outside handlers", function()
  local node
  after_each(helper.cleanup)

  before_each(function()
    node = reloading.start { ["node.lua"] = ROLE, ["word.lua"] = "return { word = 'hello' }" }
  end)

  -- The node goes on, has its old modules, takes good code, and ends at once when told.
  local function serves()
    node:wait_for("self.count > %s", node:eval "self.count")
    assert.equal('"hello"', node:eval "self:word()")
    assert.equal("table", node:eval "type(require 'word')":gsub('"', ""))
    node.process:signal "sigterm"
    assert.equal(0, (node.process:wait()))
  end

  local function refused(answer, reason)
    assert.is_false(answer.ok)
    assert.matches(reason, answer.reason)
  end

  it("may loop in the sockets of an option that is set", function()
    refused(node:ask("set", { settings = { { path = { "n" }, value = "2" } } }), "takes too long")
    assert.equal("1", node:eval "self.options.n")
    serves()
  end)

  it("may raise what raises when it is printed", function()
    refused(node:ask("set", { settings = { { path = { "n" }, value = "3" } } }), "no")
    serves()
  end)

  it("may loop where a value is printed", function()
    local text = node:eval "self:evil()"
    assert.is_true(text == nil or #text > 0)
    refused({ ok = false, reason = select(2, node:eval "self:raise()") }, "error object is a table")
    serves()
  end)

  it("may loop where state is shown, compared and copied", function()
    node:eval "self:make()"
    node:ask("state", {})
    node:ask("state", { path = "t" })
    node:accept(ROLE)
    node:line "self%.t%.evil is a table with a metatable: a reload can't keep it"
    serves()
  end)

  it("may be a metamethod of a new role, which is never called", function()
    for _, event in ipairs { "__index", "__pairs", "__len" } do
      refused(node:change(([[require "word".word = "changed"
        return setmetatable({ state = {} }, { %s = function() while true do end end })]])
        :format(event)), "node%.lua:%d+: the role's table has a metatable")
    end
    assert.equal(3, node:status().reloads.refused)
    serves()
  end)

  it("may loop in migrate, and in what it raises", function()
    refused(node:change "return { version = 2, migrate = function() while true do end end }",
      "takes too long")
    refused(node:change [[return { version = 2, migrate = function()
      error(setmetatable({}, { __tostring = function() while true do end end })) end }]],
      "migrate: %(error object is a table value%)")
    refused(node:change [[return { version = 2, migrate = function()
      return setmetatable({}, { __pairs = function() while true do end end }) end }]],
      "metatable")
    serves()
  end)

  it("may be a guard that loops or raises", function()
    node:accept((ROLE:gsub('s = { "pub", sndhwm = options.n }',
      's = { "pull", bind = "inproc://s", when = function() error "no" end }')))
    serves()
  end)
end)
