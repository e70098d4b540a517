--- How `sloop up` ends: in order, at a signal, when nodes hang.
local helper = require "spec.helper"
local reloading = require "spec.reloading"
local up = require "spec.up"
local uv = require "luv"

local OK <const>, FAILED <const> = 0, 1
local count, system = up.count, up.system

local function ms_since(began) return (uv.hrtime() - began) // 1000000 end

describe("the end of sloop up", function()
  after_each(helper.cleanup)

  it("comes to sources first and to sinks last, and what is under way arrives", function()
    local status, _, err = up.run({
      ["topology.lua"] = [[return { nodes = {
        a_sink = { "node.lua", from = { bind = "inproc://*" } },
        b_middle = { "node.lua", from = { bind = "inproc://*" },
                     to = { connect = "@a_sink.from" }, ms = 1 },
        c_source = { "source.lua", to = { connect = "@b_middle.from" } },
      } }]],
      ["source.lua"] = [[return {
        sockets = { to = { "push" } },
        main = function(self) for _ = 1, 300 do self.to:send "x" end end,
        stop = function(self) self.to:send "x" self:log "sent 301" end,
      }]],
      ["node.lua"] = [[return {
        options = { ms = 0 }, state = { got = 0 },
        sockets = { from = { "pull" }, to = { "push" } },
        on = { from = function(self, x)
          self.got = self.got + 1
          if self.options.ms > 0 then self:sleep(self.options.ms) self.to:send(x) end
        end },
        stop = function(self) self:sleep(10) self:log("got %d", self.got) end,
      }]],
    })
    assert.equal(OK, status)
    assert.matches("c_source: sent 301\n.*b_middle: got 301\n.*a_sink: got 301\n$", err)
  end)

  local BOUND <const> = 8000 -- ms: grace times of two levels, and a slow machine

  for name, role in pairs {
    ["an absent peer"] = [[
      sockets = { far = { "push", connect = "tcp://127.0.0.1:1", linger = -1, sndhwm = 5 } },
      main = function(self)
        for _ = 1, 5 do self.far:send "x" end
        self:log "ready"
        self.far:send "x"
      end]],
    ["a full queue"] = [[
      sockets = { a = { "push", bind = "inproc://a", sndhwm = 1 },
                  b = { "pull", connect = "inproc://a", rcvhwm = 1 } },
      main = function(self) self:log "ready" while true do self.a:send "x" end end]],
    ["a handler that sleeps"] = [[
      timers = { tick = 1 },
      on = { tick = function(self) self:log "ready" self:sleep(1e9) end }]],
    ["a stop that sleeps"] = [[
      main = function(self) self:log "ready" self:sleep(1e9) end,
      stop = function(self) self:sleep(1e9) end]],
    ["a stop that loops"] = [[
      main = function(self) self:log "ready" self:sleep(1e9) end,
      stop = function(self) while true do end end]],
  } do
    it("is not held up by " .. name, function()
      local process = up.start(system([[bad = { "bad.lua" }, server = { "server.lua" } ]], {
        ["bad.lua"] = "return {" .. role .. "}" }))
      process:line "bad: ready"
      local began = uv.hrtime()
      process:signal "sigterm"
      assert.equal(OK, (process:wait()))
      assert.is_true(ms_since(began) < BOUND, "it took " .. ms_since(began))
      assert.equal(1, count(process.stderr, "server: stopped"))
    end)
  end

  local IN_C <const> = [[return { main = function(self)
    self:log "ready"
    return ("a"):rep(100):find(("a-"):rep(30) .. "b")
  end }]]

  it("is not held up by a call of C that does not return: exit status 1, and who it is", function()
    local process = up.start(system([[
      bad = { "bad.lua", thread = true }, server = { "server.lua" },
    ]], { ["bad.lua"] = IN_C }))
    process:line "bad: ready"
    process:signal "sigterm"
    process:line "bad: warning: can't be stopped: its thread hangs in a C call"
    assert.equal(FAILED, (process:wait()))
  end)

  it("comes at once at a second signal", function()
    local process = up.start(system([[bad = { "bad.lua" }]], { ["bad.lua"] = IN_C }))
    process:line "bad: ready"
    process:signal "sigint"
    reloading.wait(function() -- signals of one kind are merged while they are pending
      local text = helper.read(("/proc/%d/status"):format(process.pid))
      return tonumber(text:match "SigCgt:%s*(%x+)", 16) & 1 << 14 == 0
    end, "the signal to be taken")
    process:signal "sigterm"
    local status, by = process:wait(5000)
    assert.same({ 0, 15 }, { status, by })
  end)

  for _, command in ipairs { "up", "run" } do
    it("is not held up by whoever does not read the log (" .. command .. ")", function()
      local files = system([[talker = { "talker.lua" }]], {
        ["talker.lua"] = [[return {
          main = function(self)
            print "ready"
            for _ = 1, 20000 do self:log(("x"):rep(100)) end
          end,
          stop = function(self) self:log "stopping" print "stopped" end,
        }]] })
      local process
      if command == "up" then
        process = up.start(files, nil, { unread = true })
      else
        local folder = helper.folder()
        local path = helper.write(folder .. "/talker.lua", files["talker.lua"])
        process = helper.sloop({ "run", path, "--control=none" }, { unread = true })
      end
      process:line "ready"
      process:signal "sigterm"
      process:line "stopped"
      assert.equal(OK, (process:wait()))
    end)
  end

  it("asked for by `sloop ctl` is the same", function()
    local process = up.start(system [[
      server = { "server.lua", count = 2, clients = { bind = "inproc://*" } },
    ]])
    reloading.wait(function()
      local answer = up.ask(process, { command = "status" })
      return answer and answer.phase == "running"
    end)
    assert.is_true(up.ask(process, { command = "stop", node = "server.1" }).ok)
    process:line "server.1: stopped"
    assert.is_true(up.ask(process, { command = "stop" }).ok)
    process:line "server.2: stopped"
    assert.equal(OK, (process:wait()))
  end)
end)
