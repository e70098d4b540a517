--- The command line as a whole: help, versions, wrong usage, `sloop lua`.
local helper = require "spec.helper"

describe("the command line", function()
  after_each(helper.cleanup)

  it("without a command shows help on stderr and exits 2", function()
    local status, out, err = helper.run {}
    assert.same({ 2, "" }, { status, out })
    assert.matches("^usage: sloop COMMAND", err)
  end)

  it("shows help on stdout when asked", function()
    for _, flag in ipairs { "--help", "-h", "help" } do
      local status, out, err = helper.run { flag }
      assert.same({ 0, "" }, { status, err })
      assert.matches("sloop run ROLE|FILE", out, 1, true)
    end
  end)

  it("tells its version and those of its libraries", function()
    local status, out = helper.run { "--version" }
    assert.equal(0, status)
    assert.matches("^sloop %d.*libzmq 4%.%d", out)
    assert.matches("libuv 1%.%d", out)
    assert.matches("Lua 5%.4", out)
  end)

  it("names the nearest command for an unknown one, in one line, and exits 2", function()
    local status, out, err = helper.run { "chekc", "x" }
    assert.same({ 2, "" }, { status, out })
    assert.equal("sloop: unknown command 'chekc' (did you mean 'check'?)\n", err)
  end)

  it("takes no file for a command", function()
    local status, _, err = helper.run { "../scripts/lua" }
    assert.equal(2, status)
    assert.matches("^sloop: unknown command '../scripts/lua'", err)
  end)

  it("has a command for each file of scripts/command that says so, also on SLOOP_PATH", function()
    local folder = helper.folder()
    helper.write(folder .. "/scripts/command/greet.lua", [[
--- sloop greet: say hello.
return {
  usage = "NAME", text = "Says hello.", options = { { "loud", "boolean", "in capitals" } },
  run = function(given)
    io.stdout:write(given.flags.loud and "HELLO " or "hello ", given.words[1], "\n")
    return 3
  end,
}]])
    helper.write(folder .. "/scripts/command/no_command.lua", "--- Something else.\nerror 'run'")
    local options = { env = { SLOOP_PATH = folder } }
    assert.same({ 3, "HELLO you\n", "" }, { helper.run({ "greet", "you", "--loud" }, options) })
    assert.equal("sloop: unknown option '--lout' (did you mean 'loud'?)\n",
      select(3, helper.run({ "greet", "--lout" }, options)))
    assert.equal("usage: sloop greet NAME\n\nSays hello.\n\n  --loud  in capitals\n",
      select(2, helper.run({ "help", "greet" }, options)))
    assert.matches("\n  sloop greet NAME +say hello\n", select(2, helper.run({}, options))
      .. select(3, helper.run({}, options)))
    assert.equal("sloop: unknown command 'gret' (did you mean 'greet'?)\n",
      select(3, helper.run({ "gret" }, options)))
    assert.equal(2, (helper.run({ "no_command" }, options)))
  end)

  it("refuses --seed with --seeds", function()
    local status, _, err = helper.run { "sim", "patterns/pipeline/topology.lua", "--seed=1",
      "--seeds=2" }
    assert.same({ 2, "sloop: --seed=S is one run, --seeds=N are many: give one\n" },
      { status, err })
  end)

  it("fails when its output cannot be written", function()
    local status, _, err = helper.run_program("/bin/sh",
      { "-c", "'" .. helper.program .. "' --help >/dev/full" })
    assert.equal(1, status)
    assert.matches("cannot write to stdout", err)
  end)
end)

describe("sloop lua", function()
  after_each(helper.cleanup)

  local function lua(text, ...)
    local path = helper.write(helper.folder() .. "/program.lua", text)
    return helper.run { "lua", path, ... }
  end

  it("runs a file as lua does, with arg and ...", function()
    local status, out = lua("print(arg[0] ~= nil, #arg, ...)", "a", "b c")
    assert.same({ 0, "true\t2\ta\tb c\n" }, { status, out })
  end)

  it("exits as os.exit says", function()
    assert.equal(7, (lua "os.exit(7)"))
    assert.equal(0, (lua "os.exit(true, true)"))
  end)

  it("exits 1 with a traceback when the program raises", function()
    local status, _, err = lua "local function f() error 'oh' end\nf()"
    assert.equal(1, status)
    assert.matches("^sloop: %S+/program.lua:1: oh\nstack traceback:.*program.lua:2: in main", err)
  end)

  it("says what is wrong with a program it cannot load, in one line", function()
    local status, _, err = lua "x = = 1"
    assert.equal(1, status)
    assert.matches("^sloop: %S+/program.lua:1: unexpected symbol near '='\n$", err)
    status, _, err = helper.run { "lua", "no/such.lua" }
    assert.same({ 1, "sloop: no such file: no/such.lua\n" }, { status, err })
  end)

  it("refuses bytecode", function()
    local status, _, err = lua(string.dump(function() end))
    assert.equal(1, status)
    assert.matches("attempt to load a binary chunk", err)
  end)

  it("skips a first line for the system", function()
    local status, out = lua "#!/usr/bin/env -S sloop lua\nprint(debug.getinfo(1).currentline)"
    assert.same({ 0, "2\n" }, { status, out })
  end)

  it("gives C libraries of Debian's Lua what they need", function()
    local status, out, err = lua [[
      print(require "luv" ~= nil, require "lfs" ~= nil, require "sloop" ~= nil)]]
    assert.same({ 0, "true\ttrue\ttrue\n", "" }, { status, out, err })
  end)
end)
