--- Lines for the prompt of `sloop ctl NODE`: completion, and what there is without libedit.
local prompt_input = require "sloop.private.command.prompt_input"
local sloop = require "sloop"

local NAMES <const> = {
  [""] = { "workers", "work", "limit", "limit" }, workers = { "w1", "w2" },
  ["list[1]"] = { "name" },
}

local function complete(text)
  return { prompt_input.complete(text, function(path) return NAMES[path] or {} end) }
end

describe("completion", function()
  it("goes on with a name of self, as far as it is clear", function()
    assert.same({ "imit", "" }, complete "self.l")
    assert.same({ "rk", "" }, complete "x = self.wo")
    assert.same({ "", "work  workers" }, complete "self.work")
    assert.same({ "w", "" }, complete "#self.workers.")
    assert.same({ "", "w1  w2" }, complete "self.workers.w")
    assert.same({ "ame", "" }, complete "print(self.list[1].n")
    assert.same({ "lf", "" }, complete "se")
    assert.same({ "", "" }, complete "self.nothing")
    assert.same({ "", "" }, complete "myself.l")
    assert.same({ "", "" }, complete "")
  end)

  it("knows the requests, and the paths of state", function()
    assert.same({ "oad", "" }, complete ":rel")
    assert.same({ "", "start  state  status  stop" }, complete ":st")
    assert.same({ "imit", "" }, complete ":state l")
    assert.same({ "", "w1  w2" }, complete ":state workers.w")
    assert.same({ "imit", "" }, complete ": state l")
  end)
end)

describe("the prompt's input", function()
  local editor = sloop.core.editor
  after_each(function() sloop.core.editor = editor end)

  it("is plain lines where there is no libedit", function()
    sloop.core.editor = function() end
    local input, output = io.tmpfile(), io.tmpfile()
    local stdin, stdout = io.input(), io.output()
    input:write "one\ntwo"
    input:seek "set"
    io.input(input)
    io.output(output)
    local read = prompt_input.open(function() return {} end)
    local lines = { read "a> ", read "b> ", read "c> " }
    io.input(stdin)
    io.output(stdout)
    output:seek "set"
    assert.same({ "one", "two" }, lines)
    assert.equal("a> b> c> ", output:read "a")
  end)
end)
