--- Reloads of nodes with parts and relays, and options that are set while a node runs.
local helper = require "spec.helper"
local reloading = require "spec.reloading"

local ANY <const> = "tcp://127.0.0.1:*"

describe("a part", function()
  after_each(helper.cleanup)

  local PART <const> = [[return {
    options = { step = 1 },
    state = { n = 0, said = {} },
    sockets = { s = { "rep", bind = "tcp://127.0.0.1:*" } },
    on = { s = function(self, x) self.n = self.n + self.options.step return %q .. x end },
    init = function(self) table.insert(self.said, "init") end,
    main = function(self) table.insert(self.said, "main") self:wait "never" end,
  }]]

  local function owner(parts)
    return ("return { state = {}, parts = { %s } }"):format(parts)
  end

  local function start(parts)
    return reloading.start { ["node.lua"] = owner(parts), ["part.lua"] = PART:format "one " }
  end

  it("keeps its state and its sockets, and gets new code", function()
    local node = start "p = { 'part.lua' }"
    local peer = reloading.peer("req", node:endpoint "p.s")
    peer:send "x"
    peer:wait_got(1)
    node:write("part.lua", PART:format "two ")
    assert.is_true(node:reload().ok)
    peer:send "y"
    peer:wait_got(2)
    assert.equal("one x two y", peer:got())
    assert.equal("2", node:eval "self.p.n")
    assert.equal("0", peer:eval "self:count 'disconnected'")
    assert.equal('"init main main"', node:eval "table.concat(self.p.said, ' ')")
  end)

  it("may be added, with its init before its handlers and its main", function()
    local node = start ""
    node:accept(owner "p = { 'part.lua' }")
    node:wait_for "#self.p.said == 2"
    assert.equal('"init main"', node:eval "table.concat(self.p.said, ' ')")
    local peer = reloading.peer("req", node:endpoint "p.s")
    peer:send "x"
    peer:wait_got(1)
  end)

  it("that is added is used only when its init is done, which may wait", function()
    local node = start ""
    node:write("late.lua", [[return {
      state = { said = {} }, timers = { t = 1 },
      init = function(self) self:wait "go" table.insert(self.said, "init") end,
      on = { t = function(self) table.insert(self.said, "t") end },
    }]])
    node:accept(owner "p = { 'late.lua' }")
    reloading.pass(20)
    assert.equal("0", node:eval "#self.p.said")
    node:eval "self.p:wake 'go'"
    node:wait_for "#self.p.said > 1"
    assert.equal('"init"', node:eval "self.p.said[1]")
  end)

  it("may be taken away: its sockets are closed, its main ends", function()
    local node = start "p = { 'part.lua' }"
    assert.equal(1, node:status().waiting)
    node:accept(owner "")
    assert.equal("nil", node:eval "self.p")
    assert.same({}, node:status().sockets)
    assert.equal(0, node:status().waiting)
  end)

  it("may become another role, at the address of the one before", function()
    local node = start "p = { 'part.lua' }"
    local place = node:endpoint "p.s"
    node:write("other.lua", ([[return { state = { n = 100 },
      sockets = { t = { "rep", bind = %q } }, on = { t = function() return "other" end } }]])
      :format(place))
    node:accept(owner "p = { 'other.lua' }")
    assert.equal("100", node:eval "self.p.n")
    local peer = reloading.peer("req", place)
    peer:send "x"
    peer:wait_got(1)
    assert.equal("other", peer:got())
  end)

  it("stays when another that is added with it fails", function()
    local node = start "p = { 'part.lua' }"
    local place = node:endpoint "p.s"
    node:write("other.lua", ([[return { sockets = { t = { "rep", bind = %q } },
      on = { t = function() end }, init = function() error "no luck" end }]]):format(place))
    local answer = node:change(owner "p = { 'other.lua' }")
    assert.matches("other%.lua:2: no luck", answer.reason)
    assert.equal(place, node:endpoint "p.s")
    local peer = reloading.peer("req", place)
    peer:send "x"
    peer:wait_got(1)
    assert.equal("one x", peer:got())
  end)

  it("may get more copies, or fewer", function()
    local node = start "p = { 'part.lua', count = 2 }"
    node:eval "rawset(self.p[1], 'n', 7)"
    node:accept(owner "p = { 'part.lua', count = 3 }")
    assert.equal("3", node:eval "#self.p")
    assert.equal("7", node:eval "self.p[1].n")
    node:accept(owner "p = { 'part.lua', count = 1 }")
    assert.equal("1", node:eval "#self.p")
    assert.equal("7", node:eval "self.p[1].n")
    assert.equal(1, node:status().waiting)
  end)

  it("has a version of its own", function()
    local part = "return { version = %d, state = { n = 1 }, "
      .. "migrate = function(old) return { n = old.n * 2 } end }"
    local node = reloading.start {
      ["node.lua"] = "return { state = { n = 5 }, parts = { p = { 'part.lua' } } }",
      ["part.lua"] = part:format(1),
    }
    node:write("part.lua", part:format(2))
    assert.is_true(node:reload().ok)
    assert.equal("2", node:eval "self.p.n")
    assert.equal("5", node:eval "self.n")
  end)
end)

describe("a relay", function()
  after_each(helper.cleanup)

  local function relaying(more, word)
    return ([[return {
      state = {}, word = function() return %q end,
      sockets = { front = { "router", bind = "tcp://127.0.0.1:*" %s },
                  back = { "dealer", bind = "tcp://127.0.0.1:*" } },
      relays = { pipe = { "front", "back" } } }]]):format(word or "", more)
  end

  it("goes on copying after a reload, and keeps its counts", function()
    local node = reloading.start { ["node.lua"] = relaying("", "one") }
    local client = reloading.peer("req", node:endpoint "front")
    local worker = reloading.start({ ["node.lua"] = ([[return { state = {},
      sockets = { s = { "rep", connect = %q } },
      on = { s = function(_, x) return x .. "!" end } }]])
      :format(node:endpoint "back") })
    client:send "a"
    client:wait_got(1)
    node:accept(relaying("", "two"))
    client:send "b"
    client:wait_got(2)
    node:accept(relaying(", linger = 5", "three"))
    client:send "c"
    client:wait_got(3)
    assert.equal("a! b! c!", client:got())
    assert.equal(3, node:status().relays.pipe.forward)
    assert.equal("0", client:eval "self:count 'disconnected'")
    assert.is_true(worker:reload().ok)
  end)

  it("that is paused stays so", function()
    local node = reloading.start { ["node.lua"] = relaying "" }
    local client = reloading.peer("dealer", node:endpoint "front")
    node:eval "self.pipe:pause()"
    client:send "a"
    node:accept(relaying "")
    reloading.pass(30)
    assert.equal(0, node:status().relays.pipe.forward)
    node:eval "self.pipe:resume()"
    local worker = reloading.peer("dealer", node:endpoint "back")
    worker:wait_got(1)
  end)

  it("serves a socket that was opened anew", function()
    local node = reloading.start { ["node.lua"] = relaying "" }
    node:accept(relaying ", router_handover = true")
    local client = reloading.peer("dealer", node:endpoint "front")
    local worker = reloading.peer("dealer", node:endpoint "back")
    client:send "a"
    worker:wait_got(1)
  end)

  it("may become handlers, and a relay again", function()
    local node = reloading.start { ["node.lua"] = relaying "" }
    node:accept(([[return { state = {}, sockets = {
      front = { "router", bind = %q }, back = { "dealer", bind = %q } },
      on = { front = function(self, id, x) self.front:send(id, "mine " .. x) end } }]])
      :format(ANY, ANY))
    local client = reloading.peer("dealer", node:endpoint "front")
    client:send "a"
    client:wait_got(1)
    assert.equal("mine a", client:got())
    node:accept(relaying "")
    local worker = reloading.peer("dealer", node:endpoint "back")
    client:send "b"
    worker:wait_got(1)
  end)
end)

describe("options", function()
  after_each(helper.cleanup)

  local function role(step, more)
    return ([[return { options = { step = %d, names = { "x" }, port = "tcp://127.0.0.1:*" },
      state = { n = 0 }, sockets = function(options)
        return { s = { "rep", bind = options.port } }
      end, timers = { t = "step" },
      on = { s = function() end, t = function(self) self.n = self.n + 1 end } %s }]])
      :format(step, more or "")
  end

  local function set(node, name, value)
    return node:ask("set", { settings = { { path = { table.unpack(name) }, value = value } } })
  end

  it("given on the command line outlive reloads; a default changed in the file counts", function()
    local node = reloading.start({ ["node.lua"] = role(1000000) },
      { arguments = { "--names=mine" } })
    node:accept((role(2):gsub('"x"', '"y"')))
    assert.equal("2", node:eval "self.options.step")
    assert.equal('"mine"', node:eval "self.options.names[1]")
    node:wait_for "self.n > 2"
  end)

  it("that are set take effect at once, and outlive reloads", function()
    local node = reloading.start { ["node.lua"] = role(1000000) }
    local endpoint = node:endpoint "s"
    assert.is_true(set(node, { "step" }, "3").ok)
    node:wait_for "self.n > 2"
    node:accept(role(1000000))
    assert.equal("3", node:eval "self.options.step")
    assert.equal(3, node:status().timers.t)
    assert.equal(endpoint, node:endpoint "s")
    assert.equal(2, node:status().generation)
    assert.is_true(set(node, { "s", "sndhwm" }, "9").ok)
    assert.is_true(node:reload().ok)
  end)

  it("that are set again are replaced, also a list", function()
    local node = reloading.start({ ["node.lua"] = role(1) }, { arguments = { "--names=a" } })
    set(node, { "names" }, "b")
    set(node, { "names" }, "c")
    set(node, { "step" }, "7")
    assert.equal("1", node:eval "#self.options.names")
    assert.equal('"c"', node:eval "self.options.names[1]")
  end)

  it("that are wrong are refused, and nothing changes", function()
    local node = reloading.start { ["node.lua"] = role(5) }
    local endpoint = node:endpoint "s"
    assert.matches("step.*integer", set(node, { "step" }, "much").reason)
    assert.matches("stop.*did you mean.*step", set(node, { "stop" }, "1").reason)
    assert.matches("can't bind", set(node, { "port" }, "tcp://1.2.3.4:5").reason)
    assert.equal("5", node:eval "self.options.step")
    assert.equal(endpoint, node:endpoint "s")
    assert.is_true(node:reload().ok)
  end)

  it("that a new file knows no more refuse the reload", function()
    local node = reloading.start({ ["node.lua"] = role(5) }, { arguments = { "--step=9" } })
    assert.matches("step", node:change((role(5):gsub("step", "pace"))).reason)
    assert.equal("9", node:eval "self.options.step")
  end)

  it("that are set keep main and what waits; new parts begin", function()
    local node = reloading.start { ["part.lua"] = [[return { state = { n = 0 },
        main = function(self) self.n = 1 self:wait "x" end }]],
      ["node.lua"] = [[return { options = { copies = 1, step = 1 }, state = { mains = 0 },
        parts = function(options) return { p = { "part.lua", count = options.copies } } end,
        main = function(self) self.mains = self.mains + 1 self:wait "end" end }]] }
    node:wait_for "self.mains == 1 and self.p[1].n == 1"
    set(node, { "step" }, "2")
    reloading.pass(10)
    assert.equal("1", node:eval "self.mains")
    set(node, { "copies" }, "2")
    node:wait_for "self.p[2].n == 1"
    set(node, { "copies" }, "0")
    reloading.wait(function() return node:status().waiting == 1 end)
  end)
end)
