--- Parts: roles inside a role, each with an entry of its own.
local declaring = require "spec.declaring"

local good, problems = declaring.good, declaring.problems

local WORKER <const> = [[
local worker = {
  options = { service = "none", interval = 1000, verbose = false },
  sockets = { broker = { "dealer", connect = "tcp://localhost:5555" } },
  timers = { beat = "interval" },
  on = {},
}
function worker.on.beat() end
return worker]]

local FILES <const> = { ["majordomo/worker"] = WORKER }

local DESK <const> = [[
return {
  options = { broker = "tcp://localhost:6000" },
  parts = function(options) return {
    quote = { "majordomo/worker", service = "quote",
              broker = { connect = options.broker, sndhwm = 5 } },
    many = { "majordomo/worker", count = 2, service = function(i) return "s" .. i end },
  } end,
}]]

describe("a part", function()
  it("is a declaration of its own, with its entry", function()
    local quote = good(DESK, nil, FILES).parts.quote
    assert.is_nil(quote.count)
    assert.equal(1, #quote)
    assert.equal("majordomo/worker.lua", quote[1].path)
    assert.equal("quote", quote[1].options.service)
    assert.same({ "tcp://localhost:6000" }, quote[1].sockets.broker.connect)
    assert.same({ sndhwm = 5 }, quote[1].sockets.broker.options)
  end)

  it("with a count is so many, and functions in its entry get the number", function()
    local many = good(DESK, nil, FILES).parts.many
    assert.same({ 2, 2 }, { many.count, #many })
    assert.same({ "s1", "s2" }, { many[1].options.service, many[2].options.service })
    assert.not_equal(many[1].options, many[2].options)
  end)

  it("may be none of it", function()
    local part = good([[return { parts = { w = { "majordomo/worker", count = 0 } } }]], nil, FILES)
    assert.same({ w = { count = 0 } }, part.parts)
  end)

  it("may be a table, whose mistakes are found in the file it comes from", function()
    assert.same({ "other.lua:2: on.brokr names no socket, timer, input, signal, part or events "
      .. "(did you mean 'broker'?)" }, problems([[
        local other = load("local r = { sockets = { broker = { 'pull' } }, on = {} }\n" ..
          "function r.on.brokr() end return r", "@other.lua")()
        return { parts = { a = { other } } }]]))
  end)

  it("is given options and sockets by the user", function()
    local parts = good(DESK, { "--quote.service=x", "--quote.verbose", "--quote.interval=5",
      "--quote.broker.connect=tcp://b:1", "--many.interval=6", "--many.2.interval=7" }, FILES).parts
    assert.same({ service = "x", interval = 5, verbose = true }, parts.quote[1].options)
    assert.same({ "tcp://b:1" }, parts.quote[1].sockets.broker.connect)
    assert.same({ 6, 7 }, { parts.many[1].options.interval, parts.many[2].options.interval })
  end)

  it("gets what was said to all copies and, last, what was said to it alone", function()
    local many = good(DESK, { "--many.2.interval=7", "--many.interval=6", "--many.verbose" },
      FILES).parts.many
    assert.same({ service = "s1", interval = 6, verbose = true }, many[1].options)
    assert.same({ service = "s2", interval = 7, verbose = true }, many[2].options)
  end)

  it("has functions of its number in the tables of its sockets too", function()
    local parts = good([[return { parts = { w = { "majordomo/worker", count = 2, interval = 3,
      broker = { connect = function(i) return { "tcp://a:" .. i, "tcp://b:" .. i } end } } } }]],
      nil, FILES).parts
    assert.same({ "tcp://a:2", "tcp://b:2" }, parts.w[2].sockets.broker.connect)
  end)

  it("is counted by the user", function()
    assert.equal(5, #good(DESK, { "--many.count=5" }, FILES).parts.many)
  end)

  it("is given options and sockets by its owner's entry, key by key", function()
    local quote = good(DESK, nil, FILES,
      { quote = { interval = 5, broker = { connect = "tcp://c:1" } } }).parts.quote[1]
    assert.same({ service = "quote", interval = 5, verbose = false }, quote.options)
    assert.same({ "tcp://c:1" }, quote.sockets.broker.connect)
    assert.same({ sndhwm = 5 }, quote.sockets.broker.options)
  end)

  it("of a part is reached through it", function()
    local files = { ["majordomo/worker"] = WORKER,
      middle = "return { parts = { inner = { 'majordomo/worker' } } }" }
    local outer = "return { parts = { outer = { 'middle', inner = { interval = 8 } } } }"
    local inner = good(outer, nil, files).parts.outer[1].parts.inner[1]
    assert.equal(8, inner.options.interval)
    inner = good(outer, { "--outer.inner.interval=9" }, files).parts.outer[1].parts.inner[1]
    assert.equal(9, inner.options.interval)
  end)
end)

describe("a part is refused, in its owner's file, for", function()
  local function refused(part, ...)
    return problems("return { parts = {\n a = " .. part .. " } }", nil, FILES, ...)
  end

  for _, case in ipairs {
    { "an unknown role", "{ 'majordomo/wroker' }",
      "part 'a': unknown role 'majordomo/wroker'" },
    { "no role", "{}", "part 'a' begins with a role, not nil" },
    { "no table", "5", "part 'a' is a table, { role, option = value }, not 5" },
    { "an unknown option", "{ 'majordomo/worker', servise = 'x' }",
      "no option, socket or part 'a.servise' (did you mean 'service'?)" },
    { "a wrong value", "{ 'majordomo/worker', interval = 'x' }",
      "option 'a.interval' takes an integer, not 'x'" },
    { "a socket's unknown option", "{ 'majordomo/worker', broker = { conect = 'x' } }",
      "socket 'broker': unknown option 'conect' (did you mean 'connect'?)" },
    { "a wrong count", "{ 'majordomo/worker', count = -1 }",
      "part 'a': 'count' is an integer of at least 0, not -1" },
    { "a value that raises", "{ 'majordomo/worker', service = function() error('oh', 0) end }",
      "part 'a': 'service' failed: oh" },
  } do
    it(case[1], function() assert.same({ "role.lua:2: " .. case[3] }, refused(case[2])) end)
  end

  it("what is on a line of its own, at that line", function()
    assert.same({ "role.lua:4: option 'a.interval' takes an integer, not 'x'",
      "role.lua:5: socket 'broker': unknown option 'conect' (did you mean 'connect'?)" },
      refused "{ 'majordomo/worker',\n\n interval = 'x', broker = {\n conect = 'y' } }")
  end)

  it("containing itself", function()
    local text = "return { parts = { a = { 'role' } } }"
    assert.matches("role.lua:1: part 'a': parts are more than 16 deep", problems(text)[1])
  end)

  it("the mistake of its copies only once", function()
    assert.equal(1, #refused "{ 'majordomo/worker', count = 3, servise = 'x' }")
    assert.equal(1, #problems(DESK, { "--many.intervall=5" }, FILES))
  end)
end)

describe("the user is told of a part that", function()
  for _, case in ipairs {
    { "--quote.servise=x", "no option 'quote.servise' (did you mean 'service'?)" },
    { "--quote.interval=x", "option 'quote.interval' takes an integer, not 'x'" },
    { "--quote.interval=0",
      "option 'quote.interval' is the period of timer 'beat' and must be positive, not 0" },
    { "--quote.brokr.connect=x", "no socket or part 'quote.brokr' (did you mean 'broker'?)" },
    { "--qoute.interval=5", "no socket or part 'qoute' (did you mean 'quote'?)" },
    { "--many.3.interval=5", "part 'many' has no copy 3" },
    { "--many=5", "no option 'many'" },
    { "--many.count=x", "part 'many': 'count' is an integer of at least 0, not 'x'" },
    { "--many.count", "part 'many': 'count' is an integer of at least 0, not true" },
  } do
    it(case[1] .. " is wrong", function()
      assert.same({ "usage: " .. case[2] }, problems(DESK, { case[1] }, FILES))
    end)
  end
end)
