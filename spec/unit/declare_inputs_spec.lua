--- A role's inputs: what is declared, and the handlers they need.
local declaring = require "spec.declaring"

local good, problems = declaring.good, declaring.problems

local CHAT <const> =
  "return { inputs = { keyboard = 'stdin' }, on = { keyboard = function() end } }"

describe("an input", function()
  it("is declared by what its lines come from", function()
    assert.same({ keyboard = "stdin" }, good(CHAT).inputs)
    assert.same({}, good("return {}").inputs)
    assert.same({ keyboard = "stdin" }, good([[return {
      options = { reads = true },
      inputs = function(options) return { keyboard = options.reads and "stdin" or nil } end,
      on = { keyboard = function() end },
    }]]).inputs)
  end)

  it("that is misspelt, or has no handler, is refused", function()
    assert.same({ [[role.lua:1: input 'keyboard' has no handler on.keyboard]] },
      problems "return { inputs = { keyboard = 'stdin' } }")
    assert.same({ [[role.lua:1: input 'keyboard' is "stdin", not 'stdout']] },
      problems "return { inputs = { keyboard = 'stdout' }, on = { keyboard = function() end } }")
    assert.same({ [[role.lua:1: unknown key 'input' (did you mean 'inputs'?)]] },
      problems "return { input = { keyboard = 'stdin' } }")
    local found = problems
      "return { inputs = { keyboard = 'stdin' }, on = { keybord = function() end } }"
    assert.matches("on.keybord names no .* %(did you mean 'keyboard'%?%)", found[1])
  end)

  it("is a source like others: its name is one handler's", function()
    assert.same({ "role.lua:2: 'keyboard' is both a timer and an input" }, problems [[return {
      timers = { keyboard = 5 }, inputs = { keyboard = "stdin" },
      on = { keyboard = function() end },
    }]])
    assert.same({ "role.lua:2: 'keyboard' is both an input and a socket" }, problems [[return {
      sockets = { keyboard = { "pull" } }, inputs = { keyboard = "stdin" },
      on = { keyboard = function() end },
    }]])
  end)

  it("may be only one of a role and its parts", function()
    local found = problems(
      [[return {
        inputs = { lines = "stdin" },
        parts = { chat = { "chat" } },
        on = { lines = function() end },
      }]], {}, { chat = CHAT })
    assert.same(1, #found)
    assert.matches("chat.lua:1: input 'chat.keyboard': 'lines' reads stdin already, "
      .. "and only one can", found[1])
  end)
end)
