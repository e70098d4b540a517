--- A node's life: init, main, stop; parts and emit; events, relays, state.
local helper = require "spec.helper"
local role = require "spec.role"

describe("a node", function()
  after_each(helper.cleanup)

  local PART <const> = [[
    local part = { options = { label = "" }, on = {} }
    function part.init(self) self:emit("init " .. self.options.label) end
    function part.stop(self) self:sleep(1) self:emit("stop " .. self.options.label) end
    return part]]

  it("begins with its parts and ends with them, waiting in each step", function()
    local node = role.start([[
      local owner = {
        parts = { one = { PART, label = "one" }, two = { PART, label = "two", count = 2 } },
        on = { one = function(_, what) print(what) end, two = function(_, what) print(what) end },
        sockets = { a = { "pull", bind = "inproc://a" }, b = { "push", connect = "inproc://a" } },
      }
      function owner.on.a() print "message" end
      function owner.init(self)
        self.b:send "early"
        self:sleep(20)
        print "init owner"
      end
      function owner.main(self) self:sleep(20) print "main" end
      function owner.stop(self)
        self.b:send "late"
        self:sleep(20)
        print "stop owner"
      end
      return owner]], { PART = PART })
    assert.equal(0, (node:wait()), table.concat(node.lines, "\n"))
    local lines = node.stdout
    local inits = table.concat(lines, ",", 1, 3)
    assert.equal("init one", inits:match "init one")
    assert.equal("init two", inits:match "init two")
    assert.same({ "init owner", "message", "main", "message", "stop owner" },
      { table.unpack(lines, 4, 8) })
    assert.equal(11, #lines)
    assert.truthy(table.concat(lines, ",", 9, 11):find "stop two")
  end)

  it("ends with what main returns: nil and a reason is a failure, all else is none", function()
    local function ends(status, out, main)
      local node = role.start(("return { main = function(self) %s end }"):format(main))
      assert.equal(status, (node:wait()), main)
      local err = table.concat(node.stderr, "\n"):gsub("/[^ ]*/role.lua:2: ", "")
      assert.equal(out, err, main)
    end
    ends(0, "", "")
    ends(0, "", "return nil")
    ends(0, "", "return false, 'no reason'")
    ends(0, "", "return true")
    ends(0, "", "return print, self, setmetatable({}, {})")
    ends(1, "sloop: broken", "return nil, 'broken'")
    ends(1, "sloop: broken", "self:stop(nil, 'broken')")
    ends(0, "", "self:stop() error 'not reached'")
    ends(1, "sloop: broken", "error('broken', 0)")
    ends(1, "sloop: (error object is a table value)", "error {}")
    ends(1, "sloop: (error object is a nil value)", "error(nil)")
    ends(1, "sloop: in words",
      "error(setmetatable({}, { __tostring = function() return 'in words' end }))")
    ends(1, "sloop: (error object is a table value)",
      "error(setmetatable({}, { __tostring = function() error 'no words' end }))")
  end)

  it("fails in one line with file and line, in load, init and main", function()
    local function fails(text)
      local node = role.start(text)
      assert.equal(1, (node:wait()), text)
      assert.equal(1, #node.stderr, table.concat(node.stderr, "\n"))
      assert.truthy(node.stderr[1]:find "^sloop: .*role%.lua:%d+: ", node.stderr[1])
      assert.same({}, node.stdout)
    end
    fails "return {"
    fails "error 'while it loads'"
    fails "return { init = function() error 'in init' end, main = function() print 'runs' end }"
    fails "return { init = function(self) self:sleep(1) error 'later' end }"
    fails "return { main = function() local x = nil + 1 end }"
    fails "return { sockets = { a = { 'dealr' } } }"
  end)

  it("goes on after stop has failed", function()
    local node = role.start [[
      return {
        sockets = { a = { "pull", bind = "inproc://a" } },
        main = function() end,
        stop = function() error "in stop" end,
      }]]
    node:line "in stop"
    assert.equal(0, (node:wait()))
  end)

  it("stops once, whoever asks, also from init, stop and a handler", function()
    assert.same({ "first" }, { role.run [[
      local role = { timers = { tick = 1 }, on = {} }
      function role.on.tick(self) self:stop "first" end
      function role.stop(self)
        self:spawn(function() self:stop "second" end)
        self:sleep(5)
        self:stop "third"
      end
      return role]] })
    assert.same({ "early" }, { role.run [[
      return {
        init = function(self) self:stop "early" end,
        main = function() error "runs" end,
      }]] })
  end)

  it("copies what its state begins with, and refuses what is not declared", function()
    role.run([[
      local first = { list = { 1, 2 } }
      return {
        state = { table = first, count = 0 },
        parts = { one = { PART }, two = { PART } },
        main = function(self)
          if self.table == first then error "the declaration's own table" end
          same(2, self.table.list[2])
          self.count = self.count + 1
          local name = "cuont"
          refused("self.cuont is not declared in 'state'", function() self[name] = 1 end)
          refused("'count'", function() self[name] = 1 end)
          self.one:put "x"
          same("", self.two:get())
        end,
      }]], { PART = [[
        local part = { state = { box = { "" } } }
        function part.put(self, x) self.box[1] = x end
        function part.get(self) return self.box[1] end
        return part]] })
  end)

  it("gives its name, its arguments and its options", function()
    local node = role.start([[
      return { options = { word = "default", many = 3, eager = false }, main = function(self)
        local options = self.options
        print(self.name, options.word, options.many, options.eager, table.unpack(self.args))
      end }]], nil, { "--name=me", "--word=given", "--eager", "one", "two" })
    assert.equal(0, (node:wait()), table.concat(node.lines, "\n"))
    assert.same({ "me\tgiven\t3\ttrue\tone\ttwo" }, node.stdout)
  end)

  it("draws numbers and uuids", function()
    role.run [[
      return { main = function(self)
        local seen = {}
        for _ = 1, 1000 do
          local x = self:random()
          if x < 0 or x >= 1 then error(x) end
          local n = self:random(6)
          if math.type(n) ~= "integer" or n < 1 or n > 6 then error(n) end
          seen[n] = true
          local m = self:random(-3, 3)
          if m < -3 or m > 3 then error(m) end
          local uuid = self:uuid()
          if not uuid:find "^[0-9A-F]+$" or #uuid ~= 32 or seen[uuid] then error(uuid) end
          seen[uuid] = true
          same("4", uuid:sub(13, 13))
        end
        for n = 1, 6 do same(true, seen[n]) end
        same(5, self:random(5, 5))
        self:random(math.mininteger, math.maxinteger)
        refused("interval is empty", self.random, self, 0)
      end }]]
  end)

  it("logs lines that can't be mistaken for others", function()
    local node = role.start [[
      return { main = function(self)
        self:log("plain %d%%", 100)
        self:log "100%"
        self:warn("careful with %s", "it")
        self:log("two\nlines\27[2J")
        self:note("kind", { got = 1 })
        refused("plain data", self.note, self, "kind", { print })
      end }]]
    assert.equal(0, (node:wait()), table.concat(node.lines, "\n"))
    node:line "^[%d:.]+ spec: plain 100%%$"
    node:line "^[%d:.]+ spec: 100%%$"
    node:line "^[%d:.]+ spec: warning: careful with it$"
    node:line "^[%d:.]+ spec: two$"
    node:line "^  lines\\x1b%[2J$"
  end)
end)

describe("emit", function()
  after_each(helper.cleanup)

  it("calls the owner in this task, which may wait, and returns its results", function()
    assert.same({ "answer", "x", 1, 0 }, { role.run([[
      return {
        parts = { part = { PART } },
        state = { task = false },
        on = { part = function(self, ...)
          self:sleep(1)
          return "answer", ...
        end },
        main = function(self) return self.part:ask("x", 1) end,
      }]], { PART = [[
        local part = {}
        function part.ask(self, ...)
          local results = table.pack(self:emit(...))
          table.insert(results, select("#", self:emit_nothing()))
          return table.unpack(results)
        end
        function part.emit_nothing() end
        return part]] }) })
  end)

  it("brings the owner's error to the part, and nothing when nobody listens", function()
    role.run([[
      return {
        parts = { part = { PART }, alone = { PART } },
        on = { part = function() error "the owner fails" end },
        main = function(self)
          refused("the owner fails", self.part.go, self.part)
          same(0, self.alone:go())
        end,
      }]], { PART = [[
        return { go = function(self) return select("#", self:emit "x") end }]] })
    assert.equal(0, role.run [[
      return { main = function(self) return select("#", self:emit "x") end }]])
  end)
end)

describe("signals", function()
  after_each(helper.cleanup)

  it("call their handlers, which may wait, but not before init is done", function()
    local node = role.start [[
      return {
        init = function(self) print "began" self:sleep(100) print "init" end,
        on = { SIGUSR1 = function(self) self:sleep(1) print "one" self:wake "one" end },
        main = function(self) ask(self, "one") print "main" ask(self, "one") end,
      }]]
    node:line "began"
    node:signal "sigusr1"
    node:line "^init"
    node:line "^one"
    node:line "^main"
    node:signal "sigusr1"
    node:line "^one"
    assert.equal(0, (node:wait()))
  end)
end)

describe("connection events", function()
  after_each(helper.cleanup)

  it("reach their handler with the event's name and endpoint", function()
    role.run [[
      local seen = {}
      return {
        sockets = { server = { "rep", bind = "tcp://127.0.0.1:*", events = "peers" } },
        on = { peers = function(self, event, endpoint, detail)
          same("integer", math.type(detail))
          if event == "accepted" and not endpoint:find "^tcp://127" then error(endpoint) end
          self:sleep(1) -- it may wait
          seen[event] = true
          self:wake "event"
        end },
        main = function(self)
          local function await(event)
            while not seen[event] do same(true, (ask(self, "event"))) end
          end
          local client = self:open { "req", connect = self.server.endpoint }
          await "accepted"
          await "handshake_succeeded"
          client:close()
          await "disconnected"
        end,
      }]]
  end)
end)

describe("a relay", function()
  after_each(helper.cleanup)

  it("copies whole messages both ways, and to the capture socket", function()
    role.run [[
      return {
        sockets = {
          clients = { "router", bind = "inproc://c" }, services = { "dealer", bind = "inproc://s" },
          tap = { "pub", bind = "inproc://t" },
          ear = { "sub", connect = "inproc://t", subscribe = "" },
          req = { "req", connect = "inproc://c" }, rep = { "rep", connect = "inproc://s" },
        },
        relays = { through = { "clients", "services", capture = "tap" } },
        on = { rep = function(_, ...) return "echo", ... end },
        main = function(self)
          self:sleep(20) -- the tap's subscription
          for i = 1, 200 do
            self.req:send("x", tostring(i), "")
            local echo, x, n, empty = self.req:recv(5000)
            same("echo", echo) same("x", x) same(tostring(i), n) same("", empty)
          end
          local heard = 0
          while self.ear:recv(100) do heard = heard + 1 end
          same(400, heard)
          local counts = self.through:counts()
          same(200, counts.forward) same(200, counts.backward)
          same(0, counts.dropped) same(0, counts.uncaptured)
        end,
      }]]
  end)

  it("pauses and resumes, and a full side stops the other", function()
    role.run [[
      return {
        sockets = {
          front = { "pull", bind = "inproc://f", rcvhwm = 1 },
          back = { "push", bind = "inproc://b", sndhwm = 1 },
          source = { "push", connect = "inproc://f", sndhwm = 1 },
        },
        relays = { through = { "front", "back" } },
        state = { sent = 0 },
        main = function(self)
          self:spawn(function()
            for i = 1, 50 do self.source:send(tostring(i)) self.sent = self.sent + 1 end
          end)
          self:sleep(20)
          if self.sent > 6 then error(self.sent .. " went nowhere") end
          local sink = self:open { "pull", connect = "inproc://b", rcvhwm = 1 }
          for i = 1, 25 do same(tostring(i), (sink:recv(1000))) end
          self.through:pause()
          local last = 25
          while true do
            local each = sink:recv(50)
            if not each then break end
            last = last + 1
            same(tostring(last), each)
          end
          if last > 33 then error "it does not pause" end
          self.through:resume()
          for i = last + 1, 50 do same(tostring(i), (sink:recv(1000))) end
        end,
      }]]
  end)

  it("drops what the capture socket has no room for, and delays nothing", function()
    role.run [[
      return {
        sockets = {
          front = { "pull", bind = "inproc://f" }, back = { "push", bind = "inproc://b" },
          tap = { "push", bind = "inproc://t" }, -- nobody is connected
          source = { "push", connect = "inproc://f" }, sink = { "pull", connect = "inproc://b" },
        },
        relays = { through = { "front", "back", capture = "tap" } },
        main = function(self)
          for i = 1, 50 do self.source:send "x" end
          for i = 1, 50 do same("x", (self.sink:recv(1000))) end
          same(50, self.through:counts().uncaptured)
        end,
      }]]
  end)
end)
