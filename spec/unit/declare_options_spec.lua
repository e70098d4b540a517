--- What a node is given: by the command line, by its entry, by its defaults.
local declaring = require "spec.declaring"

local good, problems = declaring.good, declaring.problems

local ROLE <const> = [[
return {
  options = {
    timeout = 2500, rate = 0.5, service = "echo", verbose = false, fast = true,
    servers = { "a", "b" }, ports = { 1 }, none = {}, crash_after = 0,
  },
  sockets = { queue = { "dealer" } },
}]]

local function values(words, entry) return good(ROLE, words, nil, entry).options end

describe("an option has", function()
  it("its default, also when that is false", function()
    assert.same({ timeout = 2500, rate = 0.5, service = "echo", verbose = false, fast = true,
      servers = { "a", "b" }, ports = { 1 }, none = {}, crash_after = 0 }, values())
  end)

  it("the value the user gave, in its default's type", function()
    local given = values { "--timeout=5", "--rate=2", "--service=5", "--crash_after=-1" }
    assert.same({ 5, 2.0, "5" }, { given.timeout, given.rate, given.service })
    assert.equal(-1, given.crash_after)
    assert.equal("integer", math.type(given.timeout))
    assert.equal("float", math.type(given.rate))
  end)

  it("the last of several values", function()
    assert.equal(6, values { "--timeout=5", "--timeout=6" }.timeout)
  end)

  it("an empty text when that was given", function()
    assert.equal("", values { "--service=" }.service)
  end)

  it("true or false by a switch", function()
    assert.is_true(values { "--verbose" }.verbose)
    assert.is_true(values { "--verbose=yes" }.verbose)
    assert.is_false(values { "--no_fast" }.fast)
    assert.is_false(values { "--verbose", "--no_verbose" }.verbose)
  end)

  it("all elements that were given instead of its default's", function()
    assert.same({ "x" }, values { "--servers=x" }.servers)
    assert.same({ "x", "y" }, values { "--servers=x", "--servers=y" }.servers)
    assert.same({ 5, 6 }, values { "--ports=5", "--ports=6" }.ports)
    assert.same({ "x" }, values { "--none=x" }.none)
  end)

  it("what its entry says; but the user has the last word", function()
    assert.equal(7, values(nil, { timeout = 7 }).timeout)
    assert.is_false(values(nil, { fast = false }).fast)
    assert.same({ "z" }, values(nil, { servers = { "z" } }).servers)
    assert.same({ "z" }, values(nil, { servers = "z" }).servers)
    assert.equal(8, values({ "--timeout=8" }, { timeout = 7 }).timeout)
  end)
end)

describe("the user is told that", function()
  for _, case in ipairs {
    { "--timout=5", "no option 'timout' (did you mean 'timeout'?)" },
    { "--frequency=5", "no option 'frequency'" },
    { "--stric", "no option 'stric' (did you mean 'strict'?)" },
    { "--timeout=abc", "option 'timeout' takes an integer, not 'abc'" },
    { "--timeout=2.5", "option 'timeout' takes an integer, not '2.5'" },
    { "--timeout=", "option 'timeout' takes an integer, not ''" },
    { "--rate=abc", "option 'rate' takes a number, not 'abc'" },
    { "--verbose=perhaps", "option 'verbose' takes true or false, not 'perhaps'" },
    { "--ports=x", "option 'ports' takes a list of integers, not 'x'" },
    { "--timeout", "option 'timeout' needs a value: --timeout=2500" },
    { "--servers", "option 'servers' needs a value: --servers=a,b" },
    { "--no_timeout", "option 'timeout' is not a switch: --timeout=2500" },
    { "--queue=tcp://x:1", "'queue' is a socket: --queue.connect=ENDPOINT" },
    { "--qeue.connect=tcp://x:1", "no socket or part 'qeue' (did you mean 'queue'?)" },
    { "--queue.a.b=1", "no such option: --queue.a.b; a socket's is --SOCKET.OPTION=value" },
  } do
    it(case[1] .. " is wrong", function()
      assert.same({ "usage: " .. case[2] }, problems(ROLE, { case[1] }))
    end)
  end
end)

describe("an entry is refused for", function()
  for what, case in pairs {
    ["an unknown name"] = { { timout = 5 },
      "no option, socket or part 'timout' (did you mean 'timeout'?)" },
    ["a wrong type"] = { { timeout = "5" }, "option 'timeout' takes an integer, not '5'" },
    ["a socket's table"] = { { timeout = { connect = "tcp://x:1" } },
      "option 'timeout' takes an integer, not a table" },
    ["a wrong boolean"] = { { verbose = 1 }, "option 'verbose' takes true or false, not 1" },
    ["a wrong element"] = { { ports = { "x" } },
      "option 'ports' takes a list of integers, not a table" },
  } do
    it(what .. ", which is not the user's mistake", function()
      assert.same({ case[2] }, problems(ROLE, nil, nil, case[1]))
    end)
  end
end)

describe("a role may not declare", function()
  for _, case in ipairs {
    { "an option the command has", "strict = true",
      "option 'strict': the command has an option of that name" },
    { "an option the command has, with a dash", "handler_warn = 5",
      "option 'handler_warn': the command has an option of that name" },
    { "help", "help = 5", "option 'help': the command has an option of that name" },
    { "what entries call their copies", "count = 5",
      "option 'count': in an entry that is the number of copies" },
    { "a switch and its opposite", "no_x = 1, x = true",
      "option 'no_x': --no-x already sets 'x' to false" },
    { "a name that is none", "['a.b'] = 5",
      "option 'a.b': a name is letters, digits and '_'" },
    { "a function as default", "f = print", "option 'f': a function can't be a default" },
    { "a table with keys as default", "t = { a = 1 }",
      "option 't': a default is a scalar or a list" },
  } do
    it(case[1], function()
      local role = "return { options = { " .. case[2] .. " } }"
      assert.same({ "role.lua:1: " .. case[3] }, problems(role))
    end)
  end
end)

it("the user is told that a part is no option", function()
  assert.same({ "usage: 'worker' is a part: --worker.OPTION=value" },
    problems("return { parts = { worker = { {} } } }", { "--worker=5" }))
end)

it("a switch that is none is refused by its own name", function()
  assert.same({ "usage: no option 'wait'" },
    problems("return { options = { no_wait = 5 } }", { "--no_wait" }))
end)

it("an option called no_x is a switch by that name", function()
  local role = "return { options = { no_wait = false } }"
  assert.is_true(good(role, { "--no_wait" }).options.no_wait)
end)
