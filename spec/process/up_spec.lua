--- `sloop up`: a whole system in one process: start, failures, restarts, the log.
local helper = require "spec.helper"
local reloading = require "spec.reloading"
local up = require "spec.up"
local uv = require "luv"

local OK <const>, FAILED <const> = 0, 1
local count, system = up.count, up.system

describe("sloop up", function()
  after_each(helper.cleanup)

  it("ends when all that have a 'main' are done, and not before", function()
    local status, out, err = up.run(system [[
      server = { "server.lua" },
      worker = { "worker.lua", count = 3, ms = function(number) return 20 * number end,
                 word = function(number) return "word " .. number end },
    ]])
    assert.same({ OK, "" }, { status, out })
    for number = 1, 3 do
      assert.matches(("%%d%%d:%%d%%d:%%d%%d.%%d%%d%%d worker.%d: word %d\n"):format(number, number),
        err)
    end
    assert.matches("server: stopped\n$", err)
  end)

  it("takes settings for nodes, and says when they are wrong", function()
    local files = system [[worker = { "worker.lua", count = 2 }]]
    local status, _, err = up.run(files, { "--set", "worker.word=a", "--set=worker.2.word=b" })
    assert.equal(OK, status)
    assert.matches("worker.1: a\n", err)
    assert.matches("worker.2: b\n", err)
    for _, wrong in ipairs { "worker", "worker.word", "nobody.word=x", "worker.words=x" } do
      status, _, err = up.run(files, { "--set", wrong })
      assert.equal(2, status)
      assert.matches("^sloop: [^\n]*\n$", err)
    end
  end)

  it("runs 200 nodes, on few threads or on many", function()
    for _, threads in ipairs { "--threads=2", "--threads=200" } do
      local status, _, err = up.run(system [[worker = { "worker.lua", count = 200 }]], { threads })
      assert.equal(OK, status)
      assert.equal(200, select(2, err:gsub("worker%.%d+: done\n", "")))
    end
  end)

  it("ends with status 1 and says who and why", function()
    for why, role in pairs {
      ["init.lua:1: in init"] = "return { init = function() error 'in init' end }",
      ["main.lua:1: in main"] = "return { main = function() error 'in main' end }",
      ["it gave up"] = "return { main = function() return nil, 'it gave up' end }",
      ["it had enough"] = [[return { timers = { t = 1 },
        on = { t = function(self) self:stop(nil, "it had enough") end } }]],
    } do
      local file = (why:match "^(%w+)%.lua" or "role") .. ".lua"
      local status, _, err = up.run(system(([[bad = { %q }, server = { "server.lua" },
        worker = { "worker.lua", ms = 15000 }]]):format(file), { [file] = role }))
      assert.equal(FAILED, status)
      assert.matches("server: stopped\n", err)
      assert.equal(("sloop: bad: %s\n"):format(why), err:match "[^\n]*\n$")
    end
  end)

  it("starts a node again that failed, later each time, if it is to", function()
    local system_ = up.start(system([[
      flaky = { "flaky.lua", restart = true }, worker = { "worker.lua", ms = 15000 },
    ]], { ["flaky.lua"] = [[return { main = function(self)
      local file <close> = io.open("tries", "a")
      file:write "x"
      if file:seek() < 4 then return nil, "try " .. file:seek() end
      self:log "at last"
      self:sleep(1e9)
    end }]] }))
    for try, delay in ipairs { 100, 200, 400 } do
      system_:line(("flaky: warning: failed: try %d; it starts again in %d ms"):format(try, delay))
    end
    system_:line "flaky: at last"
    local status = up.ask(system_, { command = "status" })
    assert.same({ "flaky", "running", 3 },
      { status.nodes[1].name, status.nodes[1].state, status.nodes[1].restarts })
    system_:signal "sigterm"
    assert.equal(OK, (system_:wait()))
  end)

  it("starts a node again that found its port in use, while the others work", function()
    local tcp = uv.new_tcp()
    assert(tcp:bind("127.0.0.1", 0))
    assert(tcp:listen(1, function() end))
    local port = tcp:getsockname().port
    local system_ = up.start(system(([[
      server = { "server.lua", restart = true, clients = { bind = "tcp://127.0.0.1:%d" } },
      worker = { "worker.lua", ms = 15000 }, early = { "worker.lua" },
    ]]):format(port)))
    system_:line("server: warning: failed: .*address already in use; it starts again in 100 ms")
    system_:line("server: warning: failed: .*address already in use; it starts again in 200 ms")
    assert.is_true(helper.wait_until(function() -- before or after the second failure
      return table.concat(system_.lines, "\n"):find("early: done", 1, true) ~= nil
    end))
    tcp:close()
    reloading.wait(function()
      local status = up.ask(system_, { command = "status" })
      return status.nodes[2].state == "running" -- in order of name
    end)
    system_:signal "sigterm"
    system_:line "server: stopped"
    assert.equal(OK, (system_:wait()))
  end)

  it("connects to a node that was started again, also over inproc", function()
    local system_ = up.start({
      ["topology.lua"] = [[return { nodes = {
        server = { "server.lua", restart = true, clients = { bind = "inproc://server" } },
        relay = { "relay.lua", back = { connect = "@server.clients" },
                  front = { bind = "inproc://front" } },
        client = { "client.lua", relay = { connect = "@relay.front" } },
        other = { "client.lua", relay = { connect = "@server.clients" } },
      } }]],
      ["server.lua"] = [[return {
        state = { requests = 0, life = 0 }, sockets = { clients = { "rep" } },
        init = function(self)
          local file <close> = io.open("lives", "a")
          file:write "x"
          self.life = file:seek()
        end,
        on = { clients = function(self, request)
          self.requests = self.requests + 1
          if self.requests == 5 and self.life <= 3 then self:stop(nil, "so much for today") end
          return request
        end },
      }]],
      ["relay.lua"] = [[return {
        sockets = { front = { "router" }, back = { "dealer" } },
        relays = { all = { "front", "back" } },
      }]],
      -- One that is not answered may have been in the server's hands.
      ["client.lua"] = [[return {
        options = { tries = 100 }, state = { answers = 0 },
        sockets = { relay = { "req", req_relaxed = true, req_correlate = true } },
        main = function(self)
          for number = 1, self.options.tries do
            self.relay:send(tostring(number))
            if self.relay:recv(200) == tostring(number) then self.answers = self.answers + 1 end
            if self.answers == 20 then return self:log "all is well" end
          end
          return nil, "nobody answers"
        end,
      }]],
    })
    assert.equal(OK, (system_:wait(60000)), table.concat(system_.stderr, "\n"))
    assert.equal(2, count(system_.stderr, "all is well"))
    assert.equal(3, count(system_.stderr, "server: warning: failed: so much for today"))
  end)

  it("ends well although a node without a 'main' goes on failing", function()
    local status, _, err = up.run(system([[
      bad = { "init.lua", restart = true }, good = { "worker.lua", ms = 300 },
    ]], { ["init.lua"] = "return { init = function() error 'never' end }" }))
    assert.equal(OK, status)
    assert.matches("bad: warning: failed: init.lua:1: never; it starts again in 200 ms\n", err)
  end)

  it("tells a failure at the end, too", function()
    local files = system([[bad = { "stop.lua" }, worker = { "worker.lua" }]], {
      ["stop.lua"] = "return { stop = function(self) self:sleep(1) error 'too late' end }",
    })
    local status, _, err = up.run(files, { "--strict" })
    assert.equal(FAILED, status)
    assert.matches("sloop: bad: stop.lua:1: too late\n$", err)
    assert.equal(OK, (up.run(files)))
  end)

  it("prints lines whole, whichever thread they come from", function()
    local status, out = up.run(system([[a = { "printer.lua", count = 4 }]], {
      ["printer.lua"] = [[return { main = function(self)
        for i = 1, 500 do print(self.name, i, true, nil) end
      end }]] }), { "--threads=4" })
    assert.equal(OK, status)
    local lines = 0
    for line in out:gmatch "[^\n]*\n" do
      lines = lines + 1
      assert.matches("^a.%d\t%d+\ttrue\tnil\n$", line)
    end
    assert.equal(2000, lines)
  end)

  it("lets nothing in an error move a cursor", function()
    local files = system([[bad = { "bad.lua" }]], {
      ["bad.lua"] = [[return { main = function() error("a\27[2J\7\tb\xff") end }]] })
    local _, _, err = up.run(files)
    assert.equal("sloop: bad: bad.lua:1: a\\x1b[2J\\x07\tb\\xff\n", err)
    files["topology.lua"] = files["topology.lua"]:gsub('bad.lua"', 'bad.lua", restart = true')
    local process = up.start(files)
    process:line("bad: warning: failed: bad.lua:1: a\\x1b%[2J\\x07\tb\\xff; it starts again")
    process:signal "sigterm"
    process:wait()
  end)

  it("colours names on a terminal, unless nobody wants colours", function()
    local folder = helper.folder()
    for name, text in pairs(system [[worker = { "worker.lua" }]]) do
      helper.write(folder .. "/" .. name, text)
    end
    local function on_terminal(variable)
      local _, out = helper.run_program("/usr/bin/script", { "-qec",
        ("%s '%s' up topology.lua --control=none"):format(variable, helper.program), "/dev/null",
      }, { cwd = folder, env = { NO_COLOR = false } })
      return out
    end
    assert.matches("\27%[%d+mworker:\27%[0m done", on_terminal "")
    assert.matches("^[%d:.]+ worker: done", on_terminal "NO_COLOR=1")
  end)
end)
