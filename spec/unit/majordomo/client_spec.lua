--- Specs: the majordomo client.
local client = require "majordomo/client"
local helper = require "spec.helper"
local queue = require "sloop.queue"

describe("the majordomo client", function()
  local node
  local function start(options) node = helper.node(client, options) end
  local function opened() return node.opened[#node.opened] end
  local function reply(socket, service, ...) socket:deliver("", "MDPC01", service, ...) end

  describe("asked for a request", function()
    it("sends it and gives all frames of the reply", function()
      start { broker = "tcp://b:1" }
      node:spawn("request", "echo", "a", "b")
      assert.same({ "dealer", connect = "tcp://b:1", linger = 0 }, opened().declaration)
      assert.same({ { "", "MDPC01", "echo", "a", "b" } }, node.sent)
      reply(opened(), "echo", "x", "", "y")
      assert.same({ "x", "", "y", n = 3 }, node.results)
    end)

    it("uses a socket that brought its reply again", function()
      start()
      for _ = 1, 3 do
        node:spawn("request", "echo", "a")
        reply(opened(), "echo", "x")
        node:advance(node.options.settle)
      end
      assert.equal(1, #node.opened)
    end)

    it("has a socket for each request in flight", function()
      start()
      local results = {}
      for i = 1, 3 do
        node:spawn(function(self) results[i] = self:request("echo", tostring(i)) end)
      end
      assert.equal(3, #node.opened)
      for i = 3, 1, -1 do reply(node.opened[i], "echo", "for " .. i) end
      assert.same({ "for 1", "for 2", "for 3" }, results)
    end)

    it("asks again on a new socket when no reply comes, and closes the old one", function()
      start { timeout = 100 }
      node:spawn("request", "echo", "a")
      local first = opened()
      node:advance(100)
      assert.not_equal(first, opened())
      assert.is_true(first.closed)
      assert.same({ "", "MDPC01", "echo", "a" }, node.sent[2])
      reply(opened(), "echo", "x")
      assert.same({ "x", n = 1 }, node.results)
    end)

    it("says 'offline' within retries x timeout, and leaves no socket open", function()
      start { timeout = 100, retries = 3 }
      node:spawn("request", "echo", "a")
      node:advance(299)
      assert.is_nil(node.results)
      node:advance(1)
      assert.same({ nil, "offline", n = 2 }, node.results)
      for _, socket in ipairs(node.opened) do assert.is_true(socket.closed) end
      assert.equal(0, queue.size(node.idle))
    end)

    it("never takes a second reply for that to another request", function()
      start()
      node:spawn("request", "echo", "a")
      local first = opened()
      reply(first, "echo", "x")
      reply(first, "echo", "x again")
      node:advance(node.options.settle)
      node:spawn("request", "echo", "b")
      assert.not_equal(first, opened())
      assert.is_true(first.closed)
      reply(opened(), "echo", "y")
      assert.same({ "y", n = 1 }, node.results)
    end)

    it("never takes one that comes after the next request was sent, either", function()
      start()
      node:spawn("request", "echo", "a")
      local first = opened()
      reply(first, "echo", "x")
      node:spawn("request", "echo", "b")
      node.results = nil
      reply(first, "echo", "x again")
      assert.is_nil(node.results)
      reply(opened(), "echo", "y")
      assert.same({ "y", n = 1 }, node.results)
      node:advance(node.options.settle)
      node:spawn("request", "echo", "c")
      assert.is_true(first.closed)
      assert.not_equal(first, opened())
    end)

    it("has a new socket for each request without a pool", function()
      start { pool = 0 }
      for i = 1, 3 do
        node:spawn("request", "echo", "a")
        assert.equal(i, #node.opened)
        reply(opened(), "echo", "x")
        assert.is_true(opened().closed)
        node:advance(1000)
      end
    end)

    it("blames the caller's line for what is no frame", function()
      start()
      local function fails(wanted, ...)
        local args = table.pack(...)
        local ok, reason = pcall(function()
          local got = client.request(node, table.unpack(args, 1, args.n))
          return got
        end)
        assert.is_false(ok)
        assert.matches("client_spec.lua:%d+: bad argument #" .. wanted, reason)
      end
      fails("2 to 'request' %(string expected, got number%)", "echo", 42)
      fails("3 to 'request' %(string expected, got nil%)", "echo", "a", nil)
      fails("1 to 'request' %(string expected, got nil%)")
      assert.same({}, node.opened)
    end)

    it("takes nothing of another service, or malformed, for its reply", function()
      start { retries = 2 }
      node:spawn("request", "echo", "a")
      reply(opened(), "other", "x")
      assert.equal(2, #node.opened)
      opened():deliver "garbage"
      assert.same({ nil, "offline", n = 2 }, node.results)
    end)

    it("keeps no more than --pool sockets", function()
      start { pool = 1 }
      for _ = 1, 3 do node:spawn("request", "echo", "a") end
      for _, socket in ipairs(node.opened) do reply(socket, "echo", "x") end
      assert.equal(1, queue.size(node.idle))
      local closed = 0
      for _, socket in ipairs(node.opened) do closed = closed + (socket.closed and 1 or 0) end
      assert.equal(2, closed)
    end)

    it("leaves no socket open when the task is closed, or fails", function()
      start()
      node:spawn("request", "echo", "a")
      coroutine.close(node.waiting[1].thread)
      assert.is_true(opened().closed)
      local new_socket = getmetatable(opened()).__index
      local send = new_socket.send
      new_socket.send = function() error "no memory" end
      finally(function() new_socket.send = send end)
      assert.has_error(function() node:spawn("request", "echo", "b") end)
      assert.equal(2, #node.opened)
      assert.is_true(opened().closed)
    end)

    it("has new sockets after a timeout, since idle ones may be as dead", function()
      start { timeout = 100 }
      for _ = 1, 3 do node:spawn("request", "echo", "a") end
      for _, socket in ipairs(node.opened) do reply(socket, "echo", "x") end
      node:advance(node.options.settle)
      node:spawn("request", "echo", "b")
      node:advance(100)
      assert.equal(4, #node.opened)
      for i = 1, 3 do assert.is_true(node.opened[i].closed) end
      reply(opened(), "echo", "y")
      assert.same({ "y", n = 1 }, node.results)
    end)

    it("asks nothing that no broker would take, and says why", function()
      start()
      for _, ask in ipairs { { "echo" }, { "" , "a" }, { ("x"):rep(256), "a" } } do
        node:spawn("request", table.unpack(ask))
        assert.same({ nil, "malformed request", n = 2 }, node.results)
      end
      node:spawn("request", "echo", helper.frames(250))
      assert.same({ nil, "request of too many frames", n = 2 }, node.results)
      assert.same({}, node.opened)
      assert.same({}, node.logged)
    end)

    it("waits for a socket when there are too many", function()
      start { timeout = 100, retries = 1 }
      local open = node.open
      rawset(node, "open", function() return nil, "too many open files", "EMFILE" end)
      node:spawn("request", "echo", "a")
      node:advance(90)
      rawset(node, "open", open)
      node:advance(10)
      assert.equal(1, #node.sent)
      node:spawn("request", "echo", "b")
      rawset(node, "open", function() return nil, "too many open files", "EMFILE" end)
      node:spawn("request", "echo", "c")
      reply(node.opened[2], "echo", "for b")
      assert.same({ "for b", n = 1 }, node.results)
      node:advance(20)
      assert.same({ "", "MDPC01", "echo", "c" }, node.sent[3])
      assert.equal(2, #node.opened)
    end)

    it("says why when it gets no socket", function()
      for code, ms in pairs { EMFILE = 100, EINVAL = 0 } do
        start { retries = 1, timeout = 100 }
        rawset(node, "open", function() return nil, "no socket", code end)
        node:spawn("request", "echo", "a")
        node:advance(ms)
        assert.same({ nil, "offline", n = 2 }, node.results)
        assert.same({ "echo: no socket, giving up" }, node.logged)
      end
    end)
  end)

  describe("run by itself", function()
    local function run(options)
      start(options)
      node:spawn(client.main)
    end

    it("asks so many times, tells its story, and ends well", function()
      run { service = "echo", requests = 2, interval = 10 }
      assert.same({ "", "MDPC01", "echo", "fake 1" }, node.sent[1])
      reply(opened(), "echo", "1")
      node:advance(10)
      assert.same({ "", "MDPC01", "echo", "fake 2" }, node.sent[2])
      reply(opened(), "echo", "2")
      node:advance(10)
      assert.same({ n = 0 }, node.results)
      assert.same({ "request 1: answered 1 after 0 ms", "request 2: answered 2 after 0 ms" },
        node.logged)
      assert.same({ kind = "request", fields = { id = 1, body = "fake 1" } }, node.notes[1])
      assert.equal("asked", node.notes[2].kind)
      assert.same({ kind = "reply", fields = { id = 1, got = "1" } }, node.notes[3])
    end)

    it("ends with the reason when it gives up", function()
      run { service = "echo", timeout = 10, retries = 1 }
      node:advance(10)
      assert.same({ nil, "request 1: echo is offline", n = 2 }, node.results)
    end)

    it("asks nothing without a service: its owner does", function()
      run()
      assert.same({ n = 0 }, node.results)
      assert.same({}, node.opened)
    end)
  end)

  it("takes new sockets when the broker was set to another while it runs", function()
    start()
    node:spawn("request", "echo", "a")
    node:spawn("request", "echo", "b")
    local idle, busy = node.opened[1], node.opened[2]
    reply(idle, "echo", "x")
    node.options.broker = "tcp://b:2"
    node:spawn("request", "echo", "c")
    assert.is_true(idle.closed)
    assert.equal("tcp://b:2", opened().declaration.connect)
    reply(busy, "echo", "y")
    assert.is_true(busy.closed)
    reply(opened(), "echo", "z")
    assert.equal(1, queue.size(node.idle))
    assert.equal(opened(), queue.peek(node.idle).socket)
  end)
end)
