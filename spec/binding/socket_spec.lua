--- The methods of a socket, over real libzmq.
local helper = require "spec.helper"
local role = require "spec.role"

describe("a socket", function()
  after_each(helper.cleanup)

  it("carries frames as they are: none, empty ones, zeros, and what is no UTF-8", function()
    role.run [[
      return {
        sockets = { a = { "pair", bind = "inproc://a" }, b = { "pair", connect = "inproc://a" } },
        main = function(self)
          local every = {}
          for byte = 0, 255 do every[byte + 1] = string.char(byte) end
          local strange = { table.concat(every), "\xff\xfe", "x" }
          for _, message in ipairs { { "" }, { "", "", "" }, { "\0" }, strange } do
            same(true, self.a:send(table.unpack(message)))
            local got = { self.b:recv(1000) }
            for i = 1, math.max(#message, #got) do same(message[i], got[i]) end
          end
        end,
      }]]
  end)

  it("sends all of a message or nothing of it", function()
    role.run [[
      return {
        sockets = { a = { "pair", bind = "inproc://a" }, b = { "pair", connect = "inproc://a" } },
        main = function(self)
          refused("frame 2 is a number, not a string", self.a.send, self.a, "x", 1)
          refused("frame 3 is a nil", self.a.send, self.a, "x", "y", nil)
          refused("frame 1 is a table", self.a.try_send, self.a, {})
          refused("at least one frame", self.a.send, self.a)
          local many = {}
          for i = 1, 256 do many[i] = "x" end
          refused("at most 255 frames, not 256", self.a.send, self.a, table.unpack(many))
          self.a:send "whole"
          same("whole", self.b:recv(1000))
          same(nil, (self.b:recv(0)))
        end,
      }]]
  end)

  it("waits in send while the queue is full, in order, and goes on", function()
    role.run [[
      return {
        sockets = { a = { "push", bind = "inproc://a", sndhwm = 1 },
                    b = { "pull", connect = "inproc://a", rcvhwm = 1 } },
        state = { sent = 0 },
        main = function(self)
          for i = 1, 20 do
            self:spawn(function()
              same(true, self.a:send(tostring(i)))
              self.sent = self.sent + 1
            end)
          end
          self:sleep(20)
          local before = self.sent
          if before == 0 or before > 4 then error("sent " .. before) end
          local ok, reason = self.a:try_send "more"
          same(nil, ok) same("full", reason)
          for i = 1, 20 do same(tostring(i), (self.b:recv(1000))) end
          self:sleep(1)
          same(20, self.sent)
        end,
      }]]
  end)

  it("lets a send that waits know when it is closed, and a recv too", function()
    role.run [[
      return {
        sockets = { a = { "push", bind = "inproc://a" }, b = { "pull", bind = "inproc://b" } },
        state = { sent = "", received = "" },
        main = function(self)
          self:spawn(function() self.sent = select(2, self.a:send "x") end)
          self:spawn(function() self.received = select(2, self.b:recv()) end)
          self:sleep(1)
          self.a:close() self.b:close()
          self:sleep(1)
          same("closed", self.sent) same("closed", self.received)
          same("closed", (select(2, self.b:recv())))
          same("closed", (select(2, self.a:send "x")))
          refused("socket is closed", self.a.connect, self.a, "inproc://b")
          self.a:close() -- twice does no harm
        end,
      }]]
  end)

  it("gives up receiving at the limit, and keeps what comes later", function()
    role.run [[
      return {
        sockets = { a = { "pair", bind = "inproc://a" }, b = { "pair", connect = "inproc://a" } },
        main = function(self)
          local began = self:now()
          local frame, reason = self.b:recv(30)
          same(nil, frame) same("timeout", reason)
          if self:now() - began < 30 then error "too early" end
          self.a:send "late"
          same("late", (self.b:recv(1000)))
          same("timeout", (select(2, self.b:recv(0))))
        end,
      }]]
  end)

  it("gives several tasks that receive one message each, in their order", function()
    assert.equal("1a 2b 3c", role.run [[
      local got = {}
      return {
        sockets = { a = { "pair", bind = "inproc://a" }, b = { "pair", connect = "inproc://a" } },
        main = function(self)
          for i = 1, 3 do
            self:spawn(function() table.insert(got, i .. self.b:recv(1000)) end)
          end
          self:sleep(1)
          for _, each in ipairs { "a", "b", "c" } do self.a:send(each) end
          self:sleep(10)
          return table.concat(got, " ")
        end,
      }]])
  end)

  it("with a handler has no recv", function()
    role.run [[
      return {
        sockets = { a = { "pull", bind = "inproc://a" } }, on = { a = function() end },
        main = function(self) refused("has a handler", self.a.recv, self.a) end,
      }]]
  end)

  it("knows the endpoint it was bound to", function()
    role.run [[
      return {
        sockets = { a = { "pull", bind = { "tcp://127.0.0.1:*", "inproc://a" } },
                    b = { "push", connect = "inproc://a" } },
        main = function(self)
          local port = self.a.endpoint:match "^tcp://127%.0%.0%.1:(%d+)$"
          if not port or port == "0" then error(self.a.endpoint) end
          same("inproc://a", self.a.endpoints[2])
          same(nil, self.b.endpoint)
        end,
      }]]
  end)

  it("connects, disconnects, and says why it can't", function()
    role.run [[
      return {
        sockets = { a = { "pull", bind = "tcp://127.0.0.1:*" }, b = { "push" } },
        main = function(self)
          same("full", (select(2, self.b:try_send "x")))
          same(true, self.b:connect(self.a.endpoint))
          self.b:send "through"
          same("through", (self.a:recv(5000)))
          same(true, self.b:disconnect(self.a.endpoint))
          self:sleep(20)
          same("full", (select(2, self.b:try_send "x")))
          local ok, reason, code = self.b:disconnect "tcp://127.0.0.1:1"
          same(nil, ok) same("ENOENT", code)
          ok, reason, code = self.b:connect "nonsense"
          same(nil, ok) same("EINVAL", code)
          if not reason:find "nonsense" then error(reason) end
          ok, reason, code = self.b:bind(self.a.endpoint)
          same(nil, ok) same("EADDRINUSE", code)
        end,
      }]]
  end)

  it("subscribes to prefixes, and no longer", function()
    role.run [[
      return {
        sockets = { pub = { "xpub", bind = "inproc://a" },
                    sub = { "sub", connect = "inproc://a", subscribe = { "a", "b\0c" } } },
        main = function(self)
          local function subscription() return (self.pub:recv(1000)) end
          local first, second = subscription(), subscription()
          same(true, first == "\1a" or second == "\1a")
          same(true, first == "\1b\0c" or second == "\1b\0c")
          self.pub:send "b\0d"
          self.pub:send "apple"
          same("apple", (self.sub:recv(1000)))
          same(true, self.sub:subscribe "z")
          same("\1z", subscription())
          same(true, self.sub:unsubscribe "a")
          same("\0a", subscription())
          self.pub:send "apple"
          self.pub:send "zebra"
          same("zebra", (self.sub:recv(1000)))
        end,
      }]]
  end)

  it("reopens as declared, as a fresh socket", function()
    role.run [[
      return {
        sockets = { server = { "rep", bind = "inproc://a" },
                    client = { "req", connect = "inproc://a" } },
        on = { server = function(_, text) return text .. "!" end },
        main = function(self)
          self.client:send "one"
          local ok, _, code = self.client:send "two" -- not its turn
          same(nil, ok) same("EFSM", code)
          for _ = 1, 50 do
            same(true, self.client:reopen())
            same(true, self.client:send "again")
          end
          same("again!", (self.client:recv(5000)))
          self.client:close()
          same(true, self.client:reopen()) -- also from closed
          self.client:send "x"
          same("x!", (self.client:recv(5000)))
        end,
      }]]
  end)

  it("is made with the host's defaults", function()
    -- A ROUTER tells of unreachable peers, unsent messages keep nobody for ever.
    role.run [[
      return {
        sockets = { router = { "router", bind = "inproc://r" },
                    quiet = { "router", bind = "inproc://q", router_mandatory = false },
                    far = { "push", connect = "tcp://127.0.0.1:1" } },
        main = function(self)
          same("unreachable", (select(2, self.router:send("nobody", "x"))))
          same(true, self.quiet:send("nobody", "x"))
          same(true, self.far:send "never arrives")
        end,
      }]]
  end)

  it("refuses options that do not exist, or values they do not take", function()
    role.run [[
      return { main = function(self)
        refused("no socket option 'sndhvm'", self.open, self, { "push", sndhvm = 1 })
        refused("no socket type 'dealr'", self.open, self, { "dealr" })
        refused("takes an integer", self.open, self, { "push", sndhwm = "many" })
        refused("first value is its type", self.open, self, {})
        local socket, reason, code = self:open { "push", connect = "udp://x" }
        same(nil, socket)
        if not reason:find "^cannot connect" then error(reason) end
        socket, reason, code = self:open { "push", sndhwm = -1 }
        same(nil, socket) same("EINVAL", code)
      end }]]
  end)
end)

describe("a ROUTER", function()
  after_each(helper.cleanup)

  it("never waits: a peer that is not there, or does not read, is said", function()
    role.run [[
      return {
        sockets = {
          router = { "router", bind = "inproc://r", sndhwm = 1 },
          slow = { "dealer", connect = "inproc://r", routing_id = "slow", rcvhwm = 1 },
          quick = { "dealer", connect = "inproc://r", routing_id = "quick" },
        },
        main = function(self)
          self.slow:send "here" self.quick:send "here"
          self.router:recv(1000) self.router:recv(1000)
          local sent, ok, reason = 0
          repeat
            ok, reason = self.router:send("slow", "x")
            if ok then sent = sent + 1 end
          until not ok or sent > 10
          same("full", reason)
          same(true, self.router:send("quick", "y")) -- the others are not kept waiting
          same("y", (self.quick:recv(1000)))
          same("unreachable", (select(2, self.router:send("absent", "x"))))
          for _ = 1, sent do same("x", (self.slow:recv(1000))) end
          self:sleep(10)
          same(true, self.router:send("slow", "x"))
        end,
      }]]
  end)
end)

describe("a REP", function()
  after_each(helper.cleanup)

  local function replies(handler, main)
    return role.start(([[
      local function handler(self, ...) HANDLER end
      return {
        sockets = { rep = { "rep", bind = "inproc://a" }, req = { "req", connect = "inproc://a" } },
        on = { rep = handler },
        main = function(self) MAIN end,
      }]]):gsub("HANDLER", function() return handler end)
      :gsub("MAIN", function() return main end), nil)
  end

  local function ends_well(node) assert.equal(0, (node:wait()), table.concat(node.lines, "\n")) end

  it("replies with the results of its handler", function()
    ends_well(replies("return 'you said', ...", [[
      self.req:send("a", "b")
      local one, two, three = self.req:recv(1000)
      same("you said", one) same("a", two) same("b", three)]]))
  end)

  it("replies when the handler has waited, and a handler without results replies itself", function()
    local handler = "self:sleep(1) if ... == 'late' then return 'late' end self.rep:send 'own'"
    ends_well(replies(handler, [[
      for _, each in ipairs { "late", "own", "late" } do
        self.req:send(each)
        same(each, (self.req:recv(1000)))
      end]]))
  end)

  it("replies one empty frame for a handler that raised, and goes on", function()
    local node = replies([[
      local what = ...
      if what == "wait" then self:sleep(1) end
      if what == "reply" then self.rep:send "first" end
      if what == "number" then return 1 end
      if what ~= "good" then error { "no text" } end
      return "good"]], [[
      for _, each in ipairs { "raise", "good", "wait", "number", "good", "reply", "good" } do
        self.req:send(each)
        local reply = table.pack(self.req:recv(1000))
        same(1, reply.n)
        same(each == "good" and "good" or each == "reply" and "first" or "", reply[1])
      end]])
    ends_well(node)
  end)
end)

describe("a scoped socket", function()
  after_each(helper.cleanup)

  it("is closed on success, error, and when the node stops", function()
    role.run [[
      local function opened(self) -- libzmq frees an address in its own time
        for _ = 1, 1000 do
          local socket = self:open { "pull", bind = "inproc://scope" }
          if socket then return socket end
          self:sleep(2)
        end
        error "the address is still in use"
      end
      local function taken(self)
        return (select(3, self:open { "pull", bind = "inproc://scope" })) == "EADDRINUSE"
      end
      return { main = function(self)
        do
          local socket <close> = opened(self)
          same(true, taken(self))
        end
        pcall(function()
          local socket <close> = opened(self)
          error "leaves"
        end)
        self:spawn(function()
          local socket <close> = opened(self)
          self:wake "opened"
          socket:recv()
        end)
        ask(self, "opened")
        same(true, taken(self)) -- and the end closes it
      end }]]
  end)

  it("may be kept in state, and does not keep the node from ending", function()
    assert.equal("pong", role.run [[
      return {
        state = { pool = {} },
        sockets = { rep = { "rep", bind = "inproc://rep" } },
        on = { rep = function() return "pong" end },
        init = function(self)
          for i = 1, 3 do self.pool[i] = self:open { "req", connect = "inproc://rep" } end
        end,
        main = function(self)
          for _, req in ipairs(self.pool) do req:send "ping" end
          for _, req in ipairs(self.pool) do same("pong", (req:recv(1000))) end
          return "pong"
        end,
      }]])
  end)

  it("that is forgotten is collected, even by the task that waited for it", function()
    role.run [[
      return { main = function(self)
        for _, method in ipairs { "send", "recv" } do
          self:spawn(function()
            do
              local socket = self:open { method == "send" and "push" or "pull",
                                         bind = "inproc://" .. method }
              self:wake("opened")
              socket[method](socket, method == "send" and "x" or nil)
            end
            collectgarbage() collectgarbage()
            self:wake "collected"
          end)
          ask(self, "opened")
          local peer <close> = self:open { method == "send" and "pull" or "push" }
          same(true, peer:connect("inproc://" .. method))
          if method == "recv" then peer:send "x" end
          same(true, (ask(self, "collected")))
        end
      end }]]
  end)
end)
