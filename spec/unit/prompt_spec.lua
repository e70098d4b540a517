--- The prompt of `sloop ctl NODE`.
local prompt = require "sloop.private.command.prompt"

describe("the prompt", function()
  -- Runs it with these lines; `answers` are by text. What was printed, asked and requested.
  local function run(lines, answers)
    local out = { prompts = {}, requests = {}, printed = "", errors = {} }
    local at = 0
    out.status = prompt.run("node", function(text)
      table.insert(out.prompts, text)
      at = at + 1
      return lines[at]
    end, function(text)
      local answer = answers[text]
      if answer == nil then return nil, "it is gone" end
      return answer
    end, function(words) table.insert(out.requests, table.concat(words, "|")) end, function(...)
      out.printed = out.printed .. table.concat { ... }
    end, function(reason)
      table.insert(out.errors, reason)
      return 1
    end)
    return out
  end

  it("prints what expressions give, and nothing for statements", function()
    local out = run({ "self.n", "self.n = 2", "", "  " }, {
      ["self.n"] = { ok = true, text = "1" }, ["self.n = 2"] = { ok = true, text = "" },
    })
    assert.same({ 0, "1\n\n", {} }, { out.status, out.printed, out.errors })
    assert.equal("node> ", out.prompts[1])
  end)

  it("goes on after an error", function()
    local out = run({ "x(", "", "1" }, {
      ["x("] = { ok = false, reason = "eval:1: unexpected symbol near <eof>" },
      ["1"] = { ok = true, text = "1" },
    })
    assert.same({ "eval:1: unexpected symbol near <eof>" }, out.errors)
    assert.equal("1\n\n", out.printed)
  end)

  it("takes further lines until a statement is complete", function()
    local eof = { ok = false, reason = "eval:1: 'end' expected near <eof>" }
    local out = run({ "for i = 1, 2 do", "  f(i)", "end" }, {
      ["for i = 1, 2 do"] = eof, ["for i = 1, 2 do\n  f(i)"] = eof,
      ["for i = 1, 2 do\n  f(i)\nend"] = { ok = true, text = "" },
    })
    assert.same({ {}, { "node> ", "... ", "... ", "node> " } }, { out.errors, out.prompts })
  end)

  it("makes requests, and ends at :quit", function()
    local out = run({ ":reload", " : state  a.b ", ":quit", "never" }, {})
    assert.same({ "reload", "state|a.b" }, out.requests)
    assert.equal(0, out.status)
    assert.matches("expression", run({ ":help" }, {}).printed)
  end)

  it("ends when the node is gone", function()
    local out = run({ "1", "2" }, {})
    assert.same({ 1, { "it is gone" } }, { out.status, out.errors })
  end)
end)
