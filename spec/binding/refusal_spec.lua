--- What a socket refuses or drops, and how it says so.
local helper = require "spec.helper"
local role = require "spec.role"

describe("a socket", function()
  after_each(helper.cleanup)

  it("with conflate sends one frame, or raises and sends nothing", function()
    role.run [[return { main = function(self)
      local pull = assert(self:open { "pull", bind = "tcp://127.0.0.1:*" })
      local push = assert(self:open { "push", connect = pull.endpoint, conflate = true })
      push:send "first"
      same("first", pull:recv(15000))
      refused("one frame", push.send, push, "two", "frames")
      refused("one frame", push.try_send, push, "two", "frames")
      push:send "last"
      same("last", pull:recv(15000))
    end }]]
  end)

  it("with conflate does not connect to an inproc name before it is bound", function()
    role.run [[return { main = function(self)
      local socket, reason = self:open { "push", conflate = true, connect = "inproc://nobody" }
      same(nil, socket)
      same("cannot connect inproc://nobody: with 'conflate' an inproc name must be bound before",
        reason)
      local one = assert(self:open { "push", conflate = true })
      same(nil, (one:connect "inproc://nobody"))
      one:close()
    end }]]
  end)

  it("says that an address is in use, also when its connections are watched", function()
    role.run [[return {
      sockets = { a = { "pull", bind = "tcp://127.0.0.1:*", events = "seen" } },
      on = { a = function() end, seen = function() end },
      main = function(self)
        local place = self.a.endpoint
        local other = assert(self:open { "pull", bind = "tcp://127.0.0.1:*" })
        local ok, reason, code = self.a:bind(other.endpoint)
        same(nil, ok)
        same("EADDRINUSE", code)
        assert(reason:find "already in use", reason)
        assert(place)
      end }]]
  end)

  it("gives an ipc path up by disconnect as by unbind", function()
    local path = helper.folder() .. "/socket"
    role.run(([[return { main = function(self)
      local endpoint = "ipc://%s"
      local one = assert(self:open { "pull", bind = endpoint })
      assert(one:disconnect(endpoint))
      assert(one:bind(endpoint))
      one:close()
      assert(self:open { "pull", bind = endpoint })
    end }]]):format(path))
  end)

  it("leaves a file alone that is called like the lock of its ipc path", function()
    local path = helper.folder() .. "/socket"
    helper.write(path .. ".lock", "somebody's text")
    role.run(([[return { main = function(self)
      assert(self:open { "pull", bind = "ipc://%s" }):close()
    end }]]):format(path))
    local kept <close> = assert(io.open(path .. ".lock"))
    assert.equal("somebody's text", kept:read "a")
  end)

  for _, way in ipairs { "on", "recv" } do
    it("drops a message of too many frames, and says so (" .. way .. ")", function()
      local node = role.start(([[
        local way = %q
        local role = {
          sockets = { a = { "pull", bind = "tcp://127.0.0.1:*" } },
          on = {},
          init = function(self) print("bound " .. self.a.endpoint) end,
        }
        if way == "on" then
          function role.on.a(_, frame) print("got " .. frame) end
        else
          function role.main(self) while true do print("got " .. self.a:recv()) end end
        end
        return role]]):format(way))
      local _, endpoint = node:line "^bound (.*)$"
      local path = helper.write(helper.folder() .. "/long.py", ([[
import zmq
context = zmq.Context()
push = context.socket(zmq.PUSH)
push.connect(%q)
for _ in range(2): push.send_multipart([b"x"] * 300)
push.send(b"short")
context.destroy(linger=20000)  # at its end Python drops what is not sent
]]):format(endpoint))
      assert(os.execute("/usr/bin/python3 " .. path))
      node:line "^got short"
      node:signal "sigterm"
      assert.equal(0, (node:wait()))
      local log = table.concat(node.stderr, "\n")
      local _, times = log:gsub("warning: a: dropped a message of more than 255 frames", "")
      assert.equal(1, times, log)
    end)
  end
end)
