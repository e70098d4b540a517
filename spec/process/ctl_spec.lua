--- `sloop ctl`, and the control sockets it speaks to.
local controlled = require "spec.controlled"
local helper = require "spec.helper"
local ports = require "spec.ports"
local reloading = require "spec.reloading"
local uv = require "luv"

local OK <const>, FAILED <const>, USAGE <const> = 0, 1, 2

local start, await, ctl = controlled.start, controlled.await, controlled.ctl

before_each(controlled.fresh)
after_each(helper.cleanup)

describe("sloop ctl", function()
  local process, control
  before_each(function()
    process, control = start "alpha"
    await(control)
  end)

  local function says(pattern, ...)
    local status, out, err = ctl(...)
    assert.equal("", err)
    assert.equal(OK, status)
    assert.matches(pattern, out)
    return out
  end

  local function fails(wanted, pattern, ...)
    local status, out, err = ctl(...)
    assert.equal("", out)
    assert.matches(pattern, err)
    assert.equal(wanted, status)
  end

  it("lists the nodes that run", function()
    local other, second = start "beta"
    await(second)
    local out = says("alpha +/.*node%.lua +pid %d+ +generation 1\nbeta ")
    assert.matches("pid " .. process.pid, out)
    other:signal "sigterm"
    other:wait()
    assert.not_matches("beta", says "alpha")
  end)

  it("lists them as JSON", function()
    local out = says('^%[{"name":"alpha","path":"' .. control:gsub("%p", "%%%0") .. '","status":{',
      "--json")
    assert.matches('"pid":' .. process.pid, out)
    process:signal "sigterm"
    process:wait()
    says("^%[%]\n$", "--json")
  end)

  it("shows the status", function()
    local out = says("name +alpha\n", "alpha", "status")
    assert.equal(out:match "pid +(%d+)", tostring(process.pid))
    assert.matches("generation +1 %(%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%)\n", out)
    assert.matches("reloads +0 done, 0 refused\n", out)
    assert.matches("s +rep +bind inproc://s +0 in, 0 out\n", out)
    assert.matches("t +req +connect inproc://s +0 in, 0 out\n", out)
    assert.matches("beat +every 3600000 ms\n", out)
    assert.matches("memory +[%d.]+ KiB\n", out)
    says("name +alpha\n", "alpha")
  end)

  it("counts messages, errors and refused reloads", function()
    says("", "alpha", "eval", "self.t:try_send 'x'")
    reloading.wait(function() return select(2, ctl("alpha")):find "t .* 1 in, 1 out" end)
    says("s +rep +bind inproc://s +1 in, 1 out", "alpha")
  end)

  it("shows each endpoint with its state", function()
    local gone = ports.take(1)
    local role = helper.write(helper.folder() .. "/ends.lua", ([[return {
      sockets = {
        server = { "router", bind = "tcp://127.0.0.1:*" }, inner = { "pair", bind = "inproc://i" },
        client = { "dealer", connect = "tcp://127.0.0.1:%d" },
        near = { "pair", connect = "inproc://i" },
      },
      on = { server = print, inner = print, client = print, near = print } }]]):format(gone))
    local ends = helper.sloop({ "run", role, "--name=ends" }, { env = controlled.env })
    ends:line "server is bound"
    local function await_status(pattern)
      reloading.wait(function() return (select(2, ctl("ends"))):find(pattern) end)
    end
    await_status "\n  client +%S+ +connecting for %d+ s, [1-9]%d* attempts\n"
    await_status "\n  server +tcp://127%.0%.0%.1:%d+ +bound\n"
    await_status "\n  near +inproc://i +in this process\n"
    local server = helper.sloop { "run", helper.write(helper.folder() .. "/s.lua", ([[return {
      sockets = { s = { "router", bind = "tcp://127.0.0.1:%d" } }, on = { s = print } }]]):format(
      gone)), "--control=none" }
    await_status "\n  client +%S+ +connected for %d+ s, 1 times\n"
    server:signal "sigkill"
    server:wait()
    await_status "\n  client +%S+ +connecting for .* attempts; connected 1 times before\n"
    assert.matches('"times":1', (select(2, ctl("ends", "status", "--json"))))
  end)

  it("opens a prompt on a terminal", function()
    local input = helper.write(helper.folder() .. "/input",
      "self.n * 2\nself.n = 9\n:state n\nfor i = 1, 2 do\nself.n = self.n + i\nend\n"
      .. "self.n\n:quit\n")
    local _, out = helper.run_program("/bin/sh", { "-c",
      ("script -qec \"'%s' ctl alpha\" /dev/null < %s"):format(helper.program, input) },
      { env = controlled.env })
    assert.matches("name +alpha\r?\n", out)
    assert.matches("alpha> self%.n %* 2\r*\n10\r*\nalpha> self%.n = 9\r*\n"
      .. "alpha> :state n\r*\n9\r*\n", out)
    assert.matches("%.%.%. end\r*\nalpha> self%.n\r*\n12\r*\n", out)
  end)

  it("gives machines JSON", function()
    local out = says("^{.*}\n$", "alpha", "status", "--json")
    assert.matches('"name":"alpha"', out)
    assert.matches('"reloads":{"done":0,"refused":0}', out)
    assert.matches('"received":0', out)
    assert.matches('"ok":true', says("", "alpha", "reload", "--json"))
    local status, failed = ctl("alpha", "eval", "error 'no'", "--json")
    assert.equal(FAILED, status)
    assert.matches('^{"ok":false,"reason":".*no"}\n$', failed)
  end)

  it("reloads, and says why not", function()
    says("^no file has changed: generation 1 %(%x+%)\n$", "alpha", "reload")
    local role = says("", "alpha"):match "role +(%S+)"
    helper.write(role, controlled.NODE .. " -- changed")
    says("^reloaded: generation 2 %(%x+%)\n$", "alpha", "reload")
    helper.write(role, "return {\n oops")
    fails(FAILED, "^sloop: " .. role:gsub("%p", "%%%0") .. ":2: .*expected", "alpha", "reload")
    says("reloads +1 done, 1 refused: .*node%.lua:2", "alpha", "status")
  end)

  it("evaluates expressions and statements", function()
    says("^10\n$", "alpha", "eval", "self.n * 2")
    says('^"a"\n2\n$', "alpha", "eval", "self.workers.list[1],", "#self.workers.list")
    says("^$", "alpha", "eval", "self.n = 6")
    says("^6\n$", "alpha", "eval", "self.n")
    says('^"\\x00\\xff\\x1b%[2J"\n$', "alpha", "eval", "self.bytes")
    says("^nil\n$", "alpha", "eval", "nil")
    fails(FAILED, "eval:1: .*expected", "alpha", "eval", "1 +")
    fails(FAILED, "self%.m is not declared in 'state'", "alpha", "eval", "self.m = 1")
    fails(FAILED, "cannot wait here", "alpha", "eval", "self:sleep(1)")
    fails(FAILED, "too long", "alpha", "eval", "(function() while true do end end)()")
    fails(FAILED, "table value", "alpha", "eval", "error {}")
    fails(USAGE, "eval needs", "alpha", "eval")
    says("^6\n$", "alpha", "eval", "self.n")
  end)

  it("shows the state, or what is at a path", function()
    local out = says("n = 5,\n", "alpha", "state")
    assert.matches("workers = {\n    list = {\n      \"a\",\n      \"b\",\n    },\n", out)
    says("^1\n$", "alpha", "state", "workers.w1.at")
    says("^false\n$", "alpha", "state", "off")
    says('^"b"\n$', "alpha", "state", "workers.list.2")
    says('"workers":{"list":%["a","b"%],"w1":{"at":1}}', "alpha", "state", "--json")
    says("^$", "alpha", "eval", 'self.workers["a.b"] = { ["c]"] = 7, [true] = 1 }')
    says("^7\n$", "alpha", "state", [=[workers["a.b"]["c]"]]=])
    says('^"b"\n$', "alpha", "state", "workers.list[2]")
    fails(FAILED, "'workers%[' is not a path, such as", "alpha", "state", "workers[")
    fails(FAILED, "there is no 'workers%.w9' in the node's state", "alpha", "state", "workers.w9")
    fails(FAILED, "there is no 'n%.x'", "alpha", "state", "n.x")
  end)

  it("shows a state that is deep, cyclic, or not plain", function()
    says("", "alpha", "eval", "self.workers.self = self.workers")
    says("", "alpha", "eval", "self.workers.w1.f = print")
    says("", "alpha", "eval",
      "(function() local t = self.workers for i = 1, 300 do t.d = {} t = t.d end end)()")
    says("within itself", "alpha", "state")
    says("function: ", "alpha", "state", "--json")
  end)

  it("sets options", function()
    says("^step: 1 %-> 7\n$", "alpha", "set", "step=7")
    says("^7\n$", "alpha", "eval", "self.options.step")
    says("^step: 7 %-> 8\ns%.linger: %(unset%) %-> 3\n$", "alpha", "set", "step=8",
      "s.linger=3")
    says("^step: 8 %-> 9\n$", "alpha", "set", "--step=9")
    says('"changes":%[{"new":"10","old":"9","option":"step"}%]', "alpha", "set", "step=10",
      "--json")
    fails(FAILED, "option 'step' must be at least 1, not 0", "alpha", "set", "step=0")
    says("^step: 10 %-> 9\n$", "alpha", "set", "step=9")
    says("^9\n$", "alpha", "eval", "self.options.step")
    fails(FAILED, "step.*integer", "alpha", "set", "step=x")
    fails(FAILED, "stepp.*did you mean", "alpha", "set", "stepp=1")
    fails(USAGE, "OPTION=value", "alpha", "set", "step")
    fails(USAGE, "OPTION=value", "alpha", "set")
  end)

  it("stops", function()
    says("^$", "alpha", "stop")
    assert.equal(0, (process:wait()))
    assert.is_nil(uv.fs_stat(control))
    fails(FAILED, "no node 'alpha' is running here", "alpha", "stop")
    says "^no nodes are running\n$"
  end)

  it("knows what it can be asked", function()
    fails(USAGE, "unknown request 'dance'", "alpha", "dance")
    fails(FAILED, "no node 'gamma'", "gamma", "status")
    fails(USAGE, "unknown option", "alpha", "--jsn")
    says("sloop ctl", "--help")
  end)

  it("finds a node by the path of its socket", function()
    says("name +alpha", control, "status")
    fails(FAILED, "no node '.*none%.sock' is running", controlled.runtime .. "/none.sock", "status")
  end)

  it("does not hang for a node that stands still", function()
    process:signal "sigstop"
    says "alpha +does not answer"
    process:signal "sigcont"
    says "alpha .*generation 1"
  end)
end)
