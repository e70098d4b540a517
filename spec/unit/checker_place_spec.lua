--- Where a checker found what it says.
local checker_place = require "sloop.private.simulation.checker_place"
local promises = require "sloop.promise_checkers"

describe("the place of a checker's finding", function()
  local HERE <const> = debug.getinfo(1, "S").short_src

  local function line_of_caller() return debug.getinfo(2, "l").currentline end

  it("is the line that makes its text", function()
    local line
    local function tail(history)
      line = line_of_caller() + 1
      return ("%d events"):format(#history)
    end
    assert.equal(HERE .. ":" .. line_of_caller() - 2, checker_place(tail, { 1, 2 }, "2 events"))
    local function joined(history)
      line = line_of_caller() + 1
      return "wrong " .. #history
    end
    local place = checker_place(joined, { 1 }, "wrong 1")
    assert.equal(HERE .. ":" .. line, place)
  end)

  it("is in the function that another one asked", function()
    local line
    local function inner()
      line = line_of_caller() + 1
      return "text"
    end
    local function outer()
      local wrong = inner()
      if wrong then return wrong end
    end
    local place = checker_place(outer, {}, "text")
    assert.equal(HERE .. ":" .. line, place)
  end)

  it("is that of a promise in the library, and of its caller", function()
    local promise = promises.answered { of = "client" }
    local history = {
      { kind = "start", node = "client", time = 0 },
      { kind = "request", node = "client", time = 1, id = 1 },
      { kind = "stop", node = "client", time = 2 },
    }
    local failure = promise(history)
    assert.is_string(failure)
    local library = "scripts/library/promise_checkers.lua:%d+"
    assert.matches("^" .. library .. "$", checker_place(promise, history, failure))
    local line
    local function check(events)
      local found = promise(events)
      line = line_of_caller() + 1
      return found
    end
    local place = checker_place(check, history, failure)
    assert.matches(("^%s:%d, in %s$"):format(HERE:gsub("%p", "%%%0"), line, library), place)
  end)

  it("is not there for an error, nor when it finds something else now", function()
    assert.is_nil(checker_place(function() error "x" end, {}, "x"))
    assert.is_nil(checker_place(function() return "y" end, {}, "x"))
    assert.is_nil(checker_place(function() end, {}, "x"))
  end)

  it("leaves the hook as it was", function()
    checker_place(function() return "x" end, {}, "x")
    assert.is_nil((debug.gethook()))
  end)
end)
