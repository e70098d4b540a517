--- Specs: the command line.
local arguments = require "sloop.private.command.arguments"

local OPTIONS <const> = {
  { "strict", "boolean" }, { "name", "name" }, { "handler_warn", "milliseconds" },
  { "memory", "positive" }, { "data", "string" }, { "set", "setting" },
}

local function parse(...) return arguments.parse({ ... }, OPTIONS, true) end
local function refused(...)
  local result, reason = parse(...)
  assert.is_nil(result)
  return reason
end

describe("the command line", function()
  it("divides words from flags and settings, in any order", function()
    local given = parse("--strict", "role", "--timeout=5", "word", "--name=me")
    assert.same({ strict = true, name = "me" }, given.flags)
    assert.same({ "role", "word" }, given.words)
    assert.same({ { path = { "timeout" }, value = "5" } }, given.settings)
  end)

  it("takes '-' for '_' in names, not in values", function()
    local given = parse("--handler-warn=5", "--crash-after=a-b", "--my-part.my-socket.rcv-hwm=1")
    assert.equal(5, given.flags.handler_warn)
    assert.same({ { path = { "crash_after" }, value = "a-b" },
      { path = { "my_part", "my_socket", "rcv_hwm" }, value = "1" } }, given.settings)
  end)

  it("takes all after '--' as words, and numbers and '-' too", function()
    assert.same({ "role", "-5", "-", "-.5", "--strict", "--" },
      parse("role", "-5", "-", "-.5", "--", "--strict", "--").words)
  end)

  it("knows switches and their opposites", function()
    assert.same({ { path = { "fast" }, value = true }, { path = { "fast" }, value = false },
      { path = { "part", "fast" }, value = false }, { path = { "part", "fast" }, value = false } },
      parse("--fast", "--no-fast", "--part.no-fast", "--no-part.fast").settings)
    assert.is_false(parse("--no-strict").flags.strict)
    assert.is_false(parse("--strict=no").flags.strict)
  end)

  it("takes '--no-x=1' for an option of that name", function()
    assert.same({ { path = { "no_x" }, value = "1" } }, parse("--no-x=1").settings)
  end)

  it("keeps what stands behind the first '=', also nothing", function()
    assert.same({ { path = { "a" }, value = "b=c" }, { path = { "d" }, value = "" } },
      parse("--a=b=c", "--d=").settings)
  end)

  it("takes the least a flag may be", function()
    assert.equal(0, parse("--handler-warn=0").flags.handler_warn)
    assert.equal(1, parse("--memory=1").flags.memory)
  end)

  it("knows --help and -h for every command", function()
    assert.is_true(parse("--help").flags.help)
    assert.is_true(arguments.parse({ "-h" }, {}).flags.help)
  end)

  it("takes settings of nodes, in the same word or the next, any number of them", function()
    assert.same({ { path = { "a", "x" }, value = "1" },
      { path = { "b_c", "2", "y_z" }, value = "" },
      { path = { "d", "fast" }, value = true } },
      parse("--set", "a.x=1", "--set=b-c.2.y-z=", "--set", "d.fast").flags.set)
  end)

  for word, reason in pairs {
    ["--set"] = "--set takes NODE.OPTION=value, not ''",
    ["--set=a=1"] = "--set takes NODE.OPTION=value, not 'a=1'",
    ["--set=a..b=1"] = "--set takes NODE.OPTION=value, not 'a..b=1'",
    ["--name"] = "--name needs a value: --name=",
    ["--name="] = "--name takes letters, digits, '_', '-' and '.', not ''",
    ["--name=a/b"] = "--name takes letters, digits, '_', '-' and '.', not 'a/b'",
    ["--name=.."] = "--name takes letters, digits, '_', '-' and '.', not '..'",
    ["--data="] = "--data takes a word, not ''",
    ["--handler-warn=abc"] = "--handler-warn takes milliseconds, not 'abc'",
    ["--handler-warn=-1"] = "--handler-warn takes milliseconds, not '-1'",
    ["--memory=0"] = "--memory takes an integer of at least 1, not '0'",
    ["--strict=maybe"] = "--strict takes true or false",
    ["-x"] = "unknown option '-x'; options begin with '--'",
    ["--=5"] = "unknown option '--=5'",
    ["--a..b=5"] = "unknown option '--a..b=5'",
  } do
    it("refuses " .. word, function() assert.equal(reason, refused(word)) end)
  end

  it("of a command without settings refuses what it does not know", function()
    local result, reason = arguments.parse({ "--strikt" }, OPTIONS)
    assert.is_nil(result)
    assert.equal("unknown option '--strikt' (did you mean 'strict'?)", reason)
    result, reason = arguments.parse({ "--handler-wran=5" }, OPTIONS)
    assert.is_nil(result)
    assert.equal("unknown option '--handler-wran' (did you mean 'handler-warn'?)", reason)
  end)
end)
