--- Messages of every size, and large strings that are lent instead of copied.
local helper = require "spec.helper"
local role = require "spec.role"

describe("a message", function()
  after_each(helper.cleanup)

  it("of 0 bytes or of 64 MiB arrives as it was sent, larger ones never", function()
    role.run [[
      local MAX <const> = 64 << 20
      return {
        sockets = { a = { "pull", bind = "tcp://127.0.0.1:*" }, b = { "push" } },
        main = function(self)
          self.b:connect(self.a.endpoint)
          for _, size in ipairs { 0, 1, 8191, 8192, 8193, 1 << 20, MAX } do
            local sent = ("\0\255s"):rep(size // 3 + 1):sub(1, size)
            self.b:send(sent, "end")
            local got, last = self.a:recv(15000)
            if got ~= sent or last ~= "end" then error("of " .. size .. " bytes") end
          end
          self.b:send(("x"):rep(MAX + 1))
          self.b:send "the connection is new"
          same("the connection is new", (self.a:recv(15000)))
        end,
      }]]
  end)

  it("of 255 frames arrives; of more is dropped whole, and its connection stays", function()
    local uv = require "luv"
    -- A peer that is no node of ours, since ours refuse to send such a thing: plain ZMTP 3.0.
    local node = role.start [[
      return {
        sockets = { a = { "pull", bind = "tcp://127.0.0.1:*" } },
        on = { a = function(self, ...)
          print(select("#", ...), (...))
          if ... == "last" then self:stop() end
        end },
      }]]
    local _, port = node:line ":(%d+)$"
    local tcp = uv.new_tcp()
    local greeting = "\xff\0\0\0\0\0\0\0\1\x7f\3\0NULL" .. ("\0"):rep(16 + 1 + 31)
    local heard, said = "", false
    tcp:connect("127.0.0.1", tonumber(port), function(reason)
      assert(not reason, reason)
      tcp:write(greeting)
      tcp:read_start(function(_, data)
        heard = heard .. (data or "")
        if said or #heard < #greeting then return end
        said = true
        tcp:write "\4\26\5READY\11Socket-Type\0\0\0\4PUSH"
      end)
    end)
    assert.is_true(helper.wait_until(function() return said and heard:find "PULL" ~= nil end))
    local function message(count, first)
      local more = ("\1\1x"):rep(count - 2)
      return "\1" .. string.char(#first) .. first .. more .. "\0\1x"
    end
    tcp:write(message(255, "good") .. message(256, "long") .. message(10000, "longer")
      .. message(10000, "again") .. message(2, "last"))
    assert.equal(0, (node:wait()))
    assert.same({ "255\tgood", "2\tlast" }, node.stdout)
    tcp:close()
  end)

  it("that is large is lent, not copied, and let go of when it is gone", function()
    role.run [[
      local function resident() -- in MiB
        for line in io.lines "/proc/self/status" do
          local size = line:match "^VmRSS:%s*(%d+)"
          if size then return tonumber(size) // 1024 end
        end
      end
      return {
        sockets = { a = { "push", bind = "inproc://a", sndhwm = 0 },
                    b = { "pull", connect = "inproc://a", rcvhwm = 0 } },
        main = function(self)
          local size = 16 << 20
          local text = ("x"):rep(size)
          local before = resident()
          for _ = 1, 20 do same(true, self.a:send(text)) end -- 320 MiB, if it were copied
          if resident() - before > 100 then error("grew by " .. resident() - before) end
          text = nil
          collectgarbage() collectgarbage()
          if collectgarbage "count" < size // 1024 then error "it was not kept" end
          local got = self.b:recv(1000)
          same(size, #got)
          got = nil
          self.b:close()
          self.a:close()
          for _ = 1, 200 do -- libzmq gives it back on a thread of its own
            local socket <close> = self:open { "push", bind = "inproc://c" }
            local peer <close> = self:open { "pull", connect = "inproc://c" }
            socket:send(("y"):rep(8192))
            peer:recv(1000)
            collectgarbage()
            if collectgarbage "count" < 1024 then return end
            self:sleep(5)
          end
          error "it is kept for ever"
        end,
      }]]
  end)
end)
