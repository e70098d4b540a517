--- Lines of standard input: `inputs = { keyboard = "stdin" }` in programs.
local helper = require "spec.helper"
local reloading = require "spec.reloading"
local up = require "spec.up"

local CHAT <const> = [[
local chat = { inputs = { keyboard = "stdin" }, state = { said = {}, ended = 0 }, on = {} }
function chat.on.keyboard(self, line)
  if line == nil then self.ended = self.ended + 1
  else
    if line == "wait" then self:wait "go" end
    table.insert(self.said, line)
  end
end
return chat]]

-- Prints each line's bytes and size, and stops at the end.
local PRINT <const> = [[
local print_lines = { inputs = { keyboard = "stdin" }, state = { ended = false }, on = {} }
function print_lines.on.keyboard(self, line)
  if not line then self:stop() end
  print(#line <= 40 and ("%q"):format(line) or #line)
end
return print_lines]]

describe("standard input", function()
  local folder
  before_each(function()
    folder = helper.folder()
    helper.write(folder .. "/print.lua", PRINT)
  end)
  after_each(helper.cleanup)

  -- What a shell's command prints, with "sloop" for the program: status, stdout, stderr.
  local function shell(command)
    command = command:gsub("sloop", "'" .. helper.program:gsub("%%", "%%%%") .. "'")
    return helper.run_program("/bin/sh", { "-c", command },
      { cwd = folder, env = { XDG_RUNTIME_DIR = folder } })
  end

  it("is given line by line: of a pipe, a file, /dev/null, closed", function()
    local lines = [[printf 'one\n\ntwo\r\nth\000ree\377\nfour']]
    local wanted = '"one"\n""\n"two\\13"\n"th\\0ree\255"\n"four"\n'
    for _, command in ipairs {
      lines .. " | sloop run print.lua", lines .. " > lines && sloop run print.lua < lines",
      "mkfifo fifo && { " .. lines .. " > fifo & } && sloop run print.lua < fifo",
    } do
      local status, out, err = shell(command)
      assert.same({ 0, wanted, "" }, { status, out, err })
    end
    for _, command in ipairs { "sloop run print.lua < /dev/null", "sloop run print.lua <&-" } do
      local status, out, err = shell(command)
      assert.same({ 0, "", "" }, { status, out, err })
    end
  end)

  it("has lines of a mebibyte at most; a longer one is left out, and said", function()
    local status, out, err = shell([[{ echo a; head -c 1048576 /dev/zero; echo;
      head -c 3000000 /dev/zero; echo; echo b; head -c 1048577 /dev/zero; } | sloop run print.lua]])
    assert.equal(0, status)
    assert.equal('"a"\n1048576\n"b"\n', out)
    assert.matches("warning: keyboard: left out a line of more than 1048576 bytes", err)
  end)

  it("that can't be read is at its end, and the log says why", function()
    local status, out, err = shell "sloop run print.lua < /"
    assert.same({ 0, "" }, { status, out })
    assert.matches("warning: keyboard: can't read standard input: Is a directory", err)
  end)

  it("is left to a shell as it was: it does not become nonblocking", function()
    local _, out = shell [[echo one | { sloop run print.lua; python3 -c '
import fcntl, os; print(fcntl.fcntl(0, fcntl.F_GETFL) & os.O_NONBLOCK)'; }]]
    assert.equal('"one"\n0\n', out)
  end)

  it("holds the next line back while a handler waits, and loses none", function()
    local node = reloading.start { ["node.lua"] = CHAT }
    node.process:write "a\nwait\nb\n"
    node:wait_for "self.said[1] == 'a'"
    node:wait_for "#self.said == 1"
    node.process:write "c\n"
    assert.equal("1", node:eval "#self.said")
    node:write("node.lua", CHAT .. " -- changed")
    assert.is_true(node:reload().ok)
    assert.equal("1", node:eval "#self.said")
    node:eval "self:wake 'go'"
    node:wait_for "table.concat(self.said, ' ') == 'a wait b c'"
    local inputs = node:status().inputs
    assert.same({ lines = 4, dropped = 0, ended = false, source = "stdin" }, inputs.keyboard)
    node.process:close_stdin()
    node:wait_for "self.ended == 1"
    assert.is_true(node:status().inputs.keyboard.ended)
  end)

  it("goes on after a reload, under another name, and in a part", function()
    local node = reloading.start { ["node.lua"] = CHAT }
    node.process:write "a\n"
    node:wait_for "#self.said == 1"
    node:write("node.lua", (CHAT:gsub("table.insert%(self.said, line%)",
      "table.insert(self.said, line:upper())")))
    assert.is_true(node:reload().ok)
    node.process:write "b\n"
    node:wait_for "#self.said == 2"
    node:write("node.lua", (CHAT:gsub("keyboard", "typed")))
    assert.is_true(node:reload().ok)
    node.process:write "c\nd\n"
    node:wait_for "#self.said == 4"
    assert.equal('"a B c d"', node:eval "table.concat(self.said, ' ')")
    node:write("chat.lua", CHAT)
    node:write("node.lua", "return { state = { said = {} }, parts = { chat = { 'chat.lua' } } }")
    assert.is_true(node:reload().ok)
    node.process:write "e\n"
    node:wait_for "#self.chat.said == 1"
    node:write("node.lua", "return { state = { said = {} } }")
    assert.is_true(node:reload().ok)
    node:write("node.lua", "return { inputs = { keyboard = 'stdin' } }")
    assert.matches("input 'keyboard' has no handler", node:reload().reason)
    node:write("node.lua", CHAT)
    assert.is_true(node:reload().ok)
    node.process:write "f\n"
    node.process:close_stdin()
    node:wait_for "self.ended == 1"
    assert.equal('"a B c d f"', node:eval "table.concat(self.said, ' ')")
  end)

  it("belongs to one node of a topology", function()
    local status, _, err = up.run(up.system([[a = { "chat.lua" }, b = { "chat.lua" }]],
      { ["chat.lua"] = CHAT }))
    assert.equal(1, status)
    assert.matches("'a' and 'b' both read stdin, and a program has only one", err)
    local system = up.start(up.system([[a = { "print.lua" }]], { ["print.lua"] = PRINT }))
    system:write "hello\n"
    system:line '^"hello"$'
    system:close_stdin()
    assert.equal(0, (system:wait()))
  end)

  it("is a node's that was started again, too: it goes on with the next line", function()
    local system = up.start(up.system([[a = { "fails.lua", restart = true }]], {
      ["fails.lua"] = [[return { inputs = { keyboard = "stdin" }, on = {
        keyboard = function(self, line)
          if line == "fail" then self:stop(nil, "told to") end
          print(line)
        end,
      } }]],
    }))
    system:write "one\nfail\ntwo\n"
    system:line "^one$"
    system:line "told to"
    system:line "^two$"
    system:close_stdin()
    system:line "^nil$"
  end)

  -- The node is in the background of the terminal, then in its foreground.
  local TERMINAL <const> = [[
import fcntl, os, pty, signal, sys, termios
master, slave = pty.openpty()
session = os.fork()
if session == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    read, write = os.pipe()
    node = os.fork()
    if node == 0:
        os.setpgid(0, 0)
        os.dup2(slave, 0); os.dup2(write, 1)
        os.execv(sys.argv[1], [sys.argv[1], "run", "print.lua"])
    os.close(write)
    out = os.fdopen(read)
    os.write(master, b"one\n")
    assert out.readline() == "ready\n"
    pid, status = os.waitpid(node, os.WNOHANG | os.WUNTRACED)
    assert pid == 0, status
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    os.tcsetpgrp(slave, node)
    assert out.readline() == '"one"\n'
    os.write(master, b"two\n")
    assert out.readline() == '"two"\n'
    os.write(master, b"\x04")
    pid, status = os.waitpid(node, 0)
    os._exit(1 if status else 0)
os.close(slave)
pid, status = os.waitpid(session, 0)
sys.exit(os.waitstatus_to_exitcode(status))
]]

  it("of a terminal is not read in the background, and then it is", function()
    helper.write(folder .. "/terminal.py", TERMINAL)
    helper.write(folder .. "/print.lua", (PRINT:gsub("return print_lines$", [[
function print_lines.main(self)
  self:sleep(400) -- it has looked in the background by now
  print "ready"
  self:wait "for ever"
end
return print_lines]])))
    local status, _, err = helper.run_program("python3", { "terminal.py", helper.program },
      { cwd = folder, env = { XDG_RUNTIME_DIR = folder } })
    assert.same({ 0, "" }, { status, err })
  end)
end)
