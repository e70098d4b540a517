--- New code on probation: too many errors soon after a reload, and the code before is back.
local helper = require "spec.helper"
local reloading = require "spec.reloading"

local function role(word, version, handler)
  return ([[local greet = require "greet"
    return {
      version = %d, migrate = function(old) return { n = old.n * 10, was = old.was } end,
      state = { n = 1, was = {} },
      timers = { t = 2 },
      on = { t = %s },
      word = function() return %q .. greet end,
    }]]):format(version or 1, handler or "function() end", word)
end

local BAD <const> = "function(self) self.n = self.n + 1 error 'bad' end"

describe("probation", function()
  after_each(helper.cleanup)

  local function start()
    return reloading.start({ ["node.lua"] = role "good", ["greet.lua"] = "return ' day'" },
      { arguments = { "--probation=3" } })
  end

  it("ends with the code before when errors are too many; state and modules too", function()
    local node = start()
    local hash = node:status().hash
    node:write("greet.lua", "return ' night'")
    node:accept(role("bad", 1, BAD))
    node:line "generation 2 raised too many errors: back to the code before"
    assert.equal('"good day"', node:eval "self:word()")
    assert.equal(hash, node:status().hash)
    assert.equal(3, node:status().generation)
    assert.equal("5", node:eval "self.n") -- the newer state: four errors are one too many
  end)

  it("goes back to the state of then when the version changed", function()
    local node = start()
    node:accept(role("bad", 2, BAD))
    node:line "back to the code before, and to the state of then"
    assert.equal("1", node:eval "self.n")
    assert.equal('"good day"', node:eval "self:word()")
  end)

  it("tolerates so many errors", function()
    local node = start()
    node:accept(role("fair", 1, [[function(self)
      if self.n < 4 then self.n = self.n + 1 error "bad" end
      self.n = self.n + 1
    end]]))
    node:wait_for "self.n > 10"
    assert.equal('"fair day"', node:eval "self:word()")
    assert.equal(3, node:status().errors)
  end)

  it("does not blame new code for old handlers", function()
    local text = [[return { state = { n = 0 }, word = function() return %q end,
      init = function(self)
        for _ = 1, 10 do self:spawn(function() self:wait "go" error "old" end) end
      end }]]
    local node = reloading.start({ ["node.lua"] = text:format "one" },
      { arguments = { "--probation=3" } })
    node:accept(text:format "two")
    assert.equal("10", node:eval "self:wake 'go'")
    reloading.wait(function() return node:status().errors == 10 end)
    assert.equal('"two"', node:eval "self:word()")
  end)

  it("is off unless asked for", function()
    local node = reloading.start { ["node.lua"] = role "good", ["greet.lua"] = "return ''" }
    node:accept(role("bad", 1, BAD))
    node:wait_for "self.n > 20"
    assert.equal('"bad"', node:eval "self:word()")
  end)
end)
