--- What a reload does to sockets and timers: nothing, unless their declarations changed.
local helper = require "spec.helper"
local reloading = require "spec.reloading"

local function role(sockets, rest)
  return ("return { state = { got = {}, ticks = 0 }, sockets = { %s }, %s }"):format(sockets,
    rest or "")
end

-- A role with one socket `a`, which answers each message with this text.
local function router(declaration, text)
  return role(("a = { 'router', %s }"):format(declaration),
    ("on = { a = function(self, id, x) self.a:send(id, '%s' .. x) end }"):format(text))
end

local ANY <const> = "bind = 'tcp://127.0.0.1:*'"

describe("a socket whose declaration stays", function()
  after_each(helper.cleanup)

  it("keeps its connections, and a ROUTER its peers' ids", function()
    local text = [[on = { a = function(self, id, x)
      self.id = self.id or id
      self.a:send(self.id, %q .. x)
    end }, init = function(self) self.id = false end]]
    local function keeping(word)
      return role("a = { 'router', " .. ANY .. " }", text:format(word))
        :gsub("got = {}", "got = {}, id = false")
    end
    local node = reloading.start { ["node.lua"] = keeping "one " }
    local peer = reloading.peer("dealer", node:endpoint "a")
    peer:send "x"
    peer:wait_got(1)
    node:accept(keeping "two ")
    peer:send "y"
    peer:wait_got(2)
    assert.equal("one x two y", peer:got())
    assert.equal("1", peer:eval "self:count 'connected'")
    assert.equal("0", peer:eval "self:count 'disconnected'")
  end)

  it("loses no message that is queued in it", function()
    local function guarded(open, word)
      return role("a = { 'pull', " .. ANY .. ", when = function() return " .. open .. " end }",
        "on = { a = function(self, x) table.insert(self.got, '" .. word .. "' .. x) end }")
    end
    local node = reloading.start { ["node.lua"] = guarded("false", "old") }
    local peer = reloading.peer("push", node:endpoint "a")
    for i = 1, 5 do peer:send(tostring(i)) end
    node:accept(guarded("false", "older"))
    for i = 6, 9 do peer:send(tostring(i)) end
    assert.equal("0", node:eval "#self.got")
    node:accept(guarded("true", "new"))
    node:wait_for "#self.got == 9"
    assert.equal('"new1 new2 new3 new4 new5 new6 new7 new8 new9"',
      node:eval "table.concat(self.got, ' ')")
  end)

  it("keeps its subscriptions, also those made while it ran", function()
    local publisher = reloading.start { ["node.lua"] = role("a = { 'pub', " .. ANY .. " }") }
    local function subscriber(word)
      return role(("a = { 'sub', connect = '%s', subscribe = 'a' }"):format(publisher:endpoint "a"),
        "on = { a = function(self, x) table.insert(self.got, '" .. word .. "' .. x) end }")
    end
    local node = reloading.start { ["node.lua"] = subscriber "" }
    node:eval "self.a:subscribe 'b'"
    local function publish_until(count)
      reloading.wait(function()
        publisher:eval "self.a:send 'a'"
        publisher:eval "self.a:send 'b'"
        publisher:eval "self.a:send 'c'"
        return tonumber(node:eval "#self.got") >= count
      end)
    end
    publish_until(2)
    node:accept(subscriber "new ")
    node:eval "self.got = {}"
    publish_until(8)
    local got = node:eval "table.concat(self.got, ' ')"
    assert.matches("new a", got)
    assert.matches("new b", got)
    assert.not_matches("c", got)
  end)

  it("stays closed if the script closed it", function()
    local node = reloading.start { ["node.lua"] = router(ANY, "one") }
    node:eval "self.a:close()"
    node:accept(router(ANY, "two"))
    assert.equal("Socket(a, closed)", node:eval "self.a")
    node:accept(router(ANY .. ", sndhwm = 7", "three"))
    assert.equal("Socket(a, router)", node:eval "self.a")
  end)

  it("may get its first handler, and lose it", function()
    local node = reloading.start { ["node.lua"] = role("a = { 'pull', " .. ANY .. " }") }
    local peer = reloading.peer("push", node:endpoint "a")
    peer:send "1"
    local with = role("a = { 'pull', " .. ANY .. " }",
      "on = { a = function(self, x) table.insert(self.got, x) end }")
    node:accept(with)
    node:wait_for "self.got[1] == '1'"
    node:accept(role("a = { 'pull', " .. ANY .. " }"))
    peer:send "2"
    node:accept(with)
    node:wait_for "self.got[2] == '2'"
  end)
end)

describe("a timer", function()
  after_each(helper.cleanup)

  local function ticking(ms, more)
    return role("", ([[timers = { t = %s },
      on = { t = function(self) self.ticks = self.ticks + 1 %s end }]]):format(ms, more or ""))
  end

  it("keeps its phase when its interval stays", function()
    local node = reloading.start { ["node.lua"] = ticking(300) }
    -- Reloaded more often than it ticks: were it set anew each time, it would never tick.
    reloading.wait(function()
      node:accept(ticking(300, " local _ = " .. math.random()))
      return node:eval "self.ticks" == "3"
    end)
  end)

  it("is set anew when its interval changes, is stopped when it is gone", function()
    local node = reloading.start { ["node.lua"] = ticking(3600000) }
    node:accept(ticking(5))
    node:wait_for "self.ticks > 3"
    node:accept(role "")
    local ticks = node:eval "self.ticks"
    reloading.pass(30)
    assert.equal(ticks, node:eval "self.ticks")
    assert.same({}, node:status().timers)
    node:accept(ticking(5))
    node:wait_for("self.ticks > %s", ticks)
  end)
end)

describe("a socket whose declaration changes", function()
  after_each(helper.cleanup)

  it("is changed in place where libzmq can do that", function()
    local node = reloading.start { ["node.lua"] = router(ANY .. ", linger = 10", "one ") }
    local peer = reloading.peer("dealer", node:endpoint "a")
    peer:send "x"
    peer:wait_got(1)
    node:accept(router(ANY .. ", linger = 20, rcvhwm = 77", "two "))
    peer:send "y"
    peer:wait_got(2)
    node:accept(router(ANY, "three ")) -- as if there had never been any
    peer:send "z"
    peer:wait_got(3)
    assert.equal("one x two y three z", peer:got())
    assert.equal("0", peer:eval "self:count 'disconnected'")
  end)

  it("is opened anew otherwise, and the new one serves", function()
    local node = reloading.start { ["node.lua"] = router(ANY, "one ") }
    local before = node:endpoint "a"
    node:accept(router(ANY .. ", router_handover = true", "two "))
    local after = node:endpoint "a"
    assert.not_equal(before, after)
    local peer = reloading.peer("dealer", after)
    peer:send "x"
    peer:wait_got(1)
    assert.equal("two x", peer:got())
  end)

  for _, kind in ipairs { "tcp", "ipc", "inproc", "abstract ipc" } do
    it("may be bound where it was, in turn: " .. kind, function()
      local node = reloading.start { ["node.lua"] = router(ANY, "one ") }
      local place = node:endpoint "a" -- nobody else's
      if kind == "ipc" then place = "ipc://" .. node.folder .. "/a" end
      if kind == "abstract ipc" then place = "ipc://@" .. node.folder .. "/a" end
      if kind == "inproc" then place = "inproc://a" end
      local here = ("bind = '%s', "):format(place)
      for i = 1, 10 do
        node:accept(router(here .. "backlog = " .. 50 + i, i .. " "))
      end
      if kind == "inproc" then return end
      local peer = reloading.peer("dealer", place)
      peer:send "x"
      peer:wait_got(1)
      node:accept(router(here .. "backlog = 49", "last "))
      peer:wait_for "self:count 'connected' >= 2"
      peer:send "y"
      peer:wait_got(2)
      assert.equal("10 x last y", peer:got())
    end)
  end

  it("goes back to where it was when that fails", function()
    local node = reloading.start { ["node.lua"] = router(ANY, "one ") }
    local place = node:endpoint "a"
    local here = ("bind = '%s', "):format(place)
    node:accept(router(here .. "backlog = 49", "two "))
    local both = ("bind = { '%s', 'tcp://1.2.3.4:5' }"):format(place)
    local answer = node:change(router(both, "three "))
    assert.is_false(answer.ok)
    assert.equal(place, node:endpoint "a")
    local peer = reloading.peer("dealer", place)
    peer:send "x"
    peer:wait_got(1)
    assert.equal("two x", peer:got())
  end)

  it("may give its address to another, and take that one's", function()
    local two = "a = { 'rep', %s }, b = { 'pub', %s }"
    local node = reloading.start { ["node.lua"] = role(two:format(ANY, ANY)) }
    local a, b = node:endpoint "a", node:endpoint "b"
    node:accept(role(two:format("bind = '" .. b .. "'", "bind = '" .. a .. "'")))
    assert.equal(b, node:endpoint "a")
    assert.equal(a, node:endpoint "b")
    node:accept(role(("a = { 'rep', %s }, c = { 'pub', bind = '%s' }"):format(ANY, b)))
    assert.equal(b, node:endpoint "c")
    assert.equal("nil", node:eval "self.b")
  end)

  it("gets a new name, and keeps its address", function()
    local node = reloading.start { ["node.lua"] = router(ANY, "one ") }
    local place = node:endpoint "a"
    node:accept(role(("b = { 'router', bind = '%s' }"):format(place),
      "on = { b = function(self, id, x) self.b:send(id, 'two ' .. x) end }"))
    assert.equal("nil", node:eval "self.a")
    local peer = reloading.peer("dealer", place)
    peer:send "x"
    peer:wait_got(1)
    assert.equal("two x", peer:got())
    local sockets = node:status().sockets
    assert.equal("b", next(sockets))
    assert.is_nil(next(sockets, "b"))
  end)

  it("subscribes to what is new, and no more to what is gone", function()
    local publisher = reloading.start { ["node.lua"] = role("a = { 'xpub', " .. ANY .. [[ }]],
      [[on = { a = function(self, x) table.insert(self.got, x:byte() .. x:sub(2)) end }]]) }
    local function subscriber(prefixes)
      return role(("a = { 'sub', connect = '%s', subscribe = %s }")
        :format(publisher:endpoint "a", prefixes))
    end
    local node = reloading.start { ["node.lua"] = subscriber "{ 'a', 'b' }" }
    publisher:wait_for "#self.got == 2"
    node:accept(subscriber "{ 'b', 'c' }")
    publisher:wait_for "#self.got == 4"
    assert.equal('"1a 1b 1c 0a"', publisher:eval "table.concat(self.got, ' ')")
  end)

  it("lets a task that waits for it wait on", function()
    local function waiting(options)
      return role("a = { 'pull', " .. ANY .. options .. " }", [[
        init = function(self)
          self:spawn(function() table.insert(self.got, self.a:recv()) end)
        end]])
    end
    local node = reloading.start { ["node.lua"] = waiting "" }
    node:accept(waiting ", rcvbuf = 100000")
    local peer = reloading.peer("push", node:endpoint "a")
    peer:send "x"
    node:wait_for "self.got[1] == 'x'"
  end)

  it("may change its type", function()
    local node = reloading.start { ["node.lua"] = router(ANY, "one ") }
    node:accept(role("a = { 'rep', " .. ANY .. " }",
      "on = { a = function(_, x) return 'two ' .. x end }"))
    local peer = reloading.peer("req", node:endpoint "a")
    peer:send "x"
    peer:wait_got(1)
    assert.equal("two x", peer:got())
  end)
end)
