--- The prompt of `sloop ctl NODE` on a terminal: python3 plays its user.
local helper = require "spec.helper"
local reloading = require "spec.reloading"

-- Types each argument when the one before it has been answered by what follows "=>".
local USER <const> = [[
import os, pty, re, sys
program, steps = sys.argv[1], sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execv(program, [program, "ctl", "node"])
screen = b""
def wait(pattern):
    global screen
    while True:
        found = re.search(pattern.encode(), screen)
        if found:
            screen = screen[found.end():]
            return
        try:
            screen += os.read(terminal, 4096)
        except OSError:
            sys.exit("ended before %r: %r" % (pattern, screen))
for step in steps:
    keys, answer = step.split("=>")
    os.write(terminal, keys.encode().decode("unicode_escape").encode())
    wait(answer)
try:
    while True: screen += os.read(terminal, 4096)
except OSError:
    pid, status = os.waitpid(pid, 0)
if status: sys.exit("status %d: %r" % (status, screen))
]]

describe("the prompt", function()
  local node, home, env
  before_each(function()
    home = helper.folder()
    env = {
      SLOOP_RUNTIME_DIR = home, XDG_STATE_HOME = home .. "/state", TERM = "xterm",
      ASAN_OPTIONS = "detect_leaks=0", -- libedit frees no name of a function that it was given
    }
    helper.write(home .. "/user.py", USER)
    node = helper.sloop({ "run", helper.write(home .. "/node.lua", [[
      return { state = { number = 5, list = { { title = "first" } } },
               main = function(self) self:log "ready" self:wait "for ever" end }]]) },
      { env = env })
    node:line "ready"
    reloading.wait(function()
      return helper.run({ "ctl", "node", "eval", "1" }, { env = env }) == 0
    end)
  end)
  after_each(helper.cleanup)

  local function user(...)
    local status, out, err = helper.run_program("python3",
      { home .. "/user.py", helper.program, ... }, { env = env, cwd = home })
    assert.same({ 0, "", "" }, { status, out, err })
  end

  it("completes, recalls lines of an earlier day, and ends at :quit", function()
    user("=>node> ", [[self.nu\t\n=>\n5\r]], "=>node> ", [[self.list[1].ti\t\n=>"first"]],
      "=>node> ", [[:sta\t=>start +state +status]], "=>node> :sta", [[te number\n=>\n5\r]],
      "=>node> ", [[:log\n=>node: ready]], "=>node> ", [[:quit\n=>]])
    assert.equal("self.number\nself.list[1].title\n:state number\n:log\n:quit\n",
      helper.read(home .. "/state/sloop/.ctl_history"))
    local _, modes = helper.run_program("stat", { "-c", "%a", home .. "/state/sloop",
      home .. "/state/sloop/.ctl_history" })
    assert.equal("700\n600\n", modes)
    user("=>node> ", [[\x1b[A\x1b[A\x1b[A\n=>\n5\r]], "=>node> ", [[:quit\n=>]])
    node:signal "sigterm"
    node:wait()
  end)
end)
