--- spec/run.lua: what it says of files that pass, fail, crash or hang, and of an interrupt.
local helper = require "spec.helper"
local uv = require "luv"

describe("a run of specs", function()
  local folder

  before_each(function()
    folder = helper.folder()
    assert(uv.fs_symlink(helper.root .. "/spec", folder .. "/spec"))
    assert(uv.fs_mkdir(folder .. "/build", tonumber("700", 8)))
  end)
  after_each(helper.cleanup)

  -- A spec file named `name`, with one test for each body.
  local function write(name, ...)
    local tests = {}
    for i, body in ipairs { ... } do
      tests[i] = ("it('test %d', function() %s end)"):format(i, body)
    end
    helper.write(("%s/own/%s_spec.lua"):format(folder, name),
      ("describe('%s', function()\n%s\nend)\n"):format(name, table.concat(tests, "\n")))
  end

  local function options(env) return { cwd = folder, env = env } end

  local function run(env, ...)
    local status, out, err = helper.run({ "lua", "spec/run.lua", "own", ... }, options(env))
    return status, out, err
  end

  local function last_line(out) return out:match "([^\n]*)\n$" end

  it("counts tests, and ends well if all pass", function()
    write("one", "assert.is_true(true)", "assert.is_true(true)")
    write("two", "pending 'later'", "assert.is_true(true)")
    local status, out = run()
    assert.same({ 0, "3 passed, 0 failed, 1 skipped" }, { status, last_line(out) }, out)
    assert.matches("ok         2 passed  own/one_spec.lua  %d", out)
  end)

  it("shows failures where they are, and again at the end with file and line", function()
    write("one", "assert.equal(1, 2)", "assert.is_true(true)")
    write("two", "error 'wrong'")
    local status, out = run()
    assert.same({ 1, "1 passed, 2 failed" }, { status, last_line(out) }, out)
    assert.matches("FAILED     1 passed, 1 failed  own/one_spec.lua", out)
    local again = out:match "\nFailures:\n(.*)"
    assert.matches("own/one_spec.lua: one test 1\n  own/one_spec.lua:2: Expected objects", again)
    assert.matches("own/two_spec.lua: two test 1\n  own/two_spec.lua:2: wrong", again)
  end)

  it("counts a file that cannot be loaded", function()
    helper.write(folder .. "/own/broken_spec.lua", "describe(")
    local status, out = run()
    assert.same({ 1, "0 passed, 1 failed" }, { status, last_line(out) }, out)
    assert.matches("own/broken_spec.lua:1:", out:match "\nFailures:\n(.*)")
  end)

  it("counts a process that crashes, with its output and the test", function()
    write("crash", "assert.is_true(true)",
      [[print "before"; local uv = require "luv"; uv.kill(uv.os_getpid(), "sigkill")]])
    write("one", "assert.is_true(true)")
    local status, out = run()
    assert.same({ 1, "2 passed, 1 failed" }, { status, last_line(out) }, out)
    assert.matches("before\nFAILED     1 passed, 1 failed  own/crash_spec.lua", out)
    assert.matches("crash test 2\n  own/crash_spec.lua: the process: killed by signal 9", out)
  end)

  it("is not ended by writing to a pipe that nobody reads", function()
    write("pipe", [[
      local uv = require "luv"
      uv.kill(uv.os_getpid(), "sigpipe")
      uv.run "nowait"]])
    local status, out = run()
    assert.same({ 0, "1 passed, 0 failed" }, { status, last_line(out) }, out)
  end)

  it("counts a process that can't be started", function()
    local program = folder .. "/program"
    helper.run_program("/bin/cp", { helper.release, program })
    write("one", ("os.remove %q"):format(program))
    write("two", "assert.is_true(true)")
    local status, out = helper.run_program(program, { "lua", "spec/run.lua", "own" },
      options { JOBS = "1" })
    assert.same({ 1, "1 passed, 1 failed" }, { status, last_line(out) }, out)
    assert.matches("own/two_spec.lua: the process: it can't be started: ENOENT", out)
  end)

  it("counts a process that ends badly after its last test", function()
    write("late", [[
      local uv = require "luv"
      setmetatable({}, { __gc = function() uv.kill(uv.os_getpid(), "sigkill") end })]])
    local status, out = run()
    assert.same({ 1, "1 passed, 1 failed" }, { status, last_line(out) }, out)
  end)

  -- A pipe by name, and `cat` reading it: cat ends when every process that wrote to it has.
  local function pipe()
    assert.equal(0, (helper.run_program("/usr/bin/mkfifo", { folder .. "/pipe" })))
    return helper.start("/bin/cat", { folder .. "/pipe" })
  end

  it("kills a file that hangs, and what it started", function()
    local cat = pipe()
    write("hang", [[os.execute "(echo started; exec sleep 1000) >pipe & sleep 1000"]])
    local status, out = run { LIMIT = "1" }
    assert.same({ 1, "0 passed, 1 failed" }, { status, last_line(out) }, out)
    assert.matches("hang test 1\n  own/hang_spec.lua: the process: no end after 1 s", out)
    cat:line "started"
    assert.equal(0, (cat:wait()))
  end)

  it("prints what a file says in one piece", function()
    local chatter = [[for i = 1, 200 do print "%s"; io.stdout:flush() end]]
    write("one", chatter:format "one")
    write("two", chatter:format "two")
    local _, out = run { JOBS = "2" }
    assert.is_truthy(out:find(("one\n"):rep(200), 1, true), out)
    assert.is_truthy(out:find(("two\n"):rep(200), 1, true), out)
  end)

  it("runs as many side by side as JOBS says", function()
    pipe():signal "sigkill"
    write("one", "io.open('pipe', 'w'):close()") -- waits until the other end is opened, too
    write("two", "io.open('pipe', 'r'):close()")
    local status, out = run { JOBS = "2" }
    assert.same({ 0, "2 passed, 0 failed" }, { status, last_line(out) }, out)
  end)

  it("starts the longest first, once it knows which that is", function()
    local function body(loops) return ("for _ = 1, %.0f do end"):format(loops) end
    write("brief", body(1) .. ("-- long\n"):rep(100))
    write("long", body(3e7))
    local function order()
      local _, out = run { JOBS = "1" }
      return { out:match "own/(%l+)_spec.*own/(%l+)_spec" }
    end
    assert.same({ "brief", "long" }, order())
    assert.same({ "long", "brief" }, order())
  end)

  it("ends all children when interrupted", function()
    local cat = pipe()
    for _, name in ipairs { "one", "two" } do
      write(name, ([[os.execute "(echo %s; exec sleep 1000) >pipe"]]):format(name))
    end
    local specs = helper.sloop({ "lua", "spec/run.lua", "own" }, options { JOBS = "2" })
    cat:line "one"
    cat.seen = 0
    cat:line "two"
    specs:signal "sigint"
    assert.equal(1, (specs:wait()))
    assert.equal("0 passed, 2 failed", specs.stdout[#specs.stdout])
    assert.equal(0, (cat:wait()))
  end)

  it("redraws a line of progress on a terminal, and only there", function()
    write("one", "require('spec.helper').wait_until(function() end, 300)")
    local command = ("%s lua spec/run.lua own"):format(helper.program)
    local _, out = helper.run_program("/usr/bin/env",
      { "script", "-qec", command, "/dev/null" }, options())
    local line = "\r\27[K0 done, 1 running, 0 left, 0 failures: one 0 s"
    assert.is_truthy(out:find(line, 1, true), out)
    _, out = run()
    assert.is_nil(out:find("\27", 1, true), out)
  end)

  it("refuses JOBS that are no number", function()
    local status, _, err = run { JOBS = "all" }
    assert.same({ 2, "JOBS=all: must be a whole number from 1 on\n" }, { status, err })
  end)

  it("fails if nothing ran", function()
    helper.write(folder .. "/own/readme", "")
    local status, out = run()
    assert.same({ 1, "No test ran.\n0 passed, 1 failed\n" }, { status, out })
  end)
end)
