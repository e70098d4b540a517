--- What strangers do to a TCP port: noise, lies about lengths, floods of connections.
local helper = require "spec.helper"
local role = require "spec.role"
local uv = require "luv"

describe("a node on a tcp port", function()
  local node, port

  before_each(function()
    node = role.start [[
      return {
        sockets = { rep = { "rep", bind = "tcp://127.0.0.1:*" } },
        on = { rep = function(_, text) return text .. "!" end },
      }]]
    port = select(2, node:line ":(%d+)$")
  end)

  after_each(helper.cleanup)

  --- It still serves, and ends in order.
  local function lives()
    assert.equal("hello!", role.run(([[
      return {
        sockets = { req = { "req", connect = "tcp://127.0.0.1:%s" } },
        main = function(self) self.req:send "hello" return (self.req:recv(15000)) end,
      }]]):format(port)))
    node:signal "sigterm"
    assert.equal(0, (node:wait()), table.concat(node.lines, "\n"))
    assert.equal(2, #node.lines, table.concat(node.lines, "\n")) -- where it listens, and SIGTERM
  end

  --- Write these bytes to a connection of their own, which then ends, one way or another.
  local function say(bytes)
    local done = false
    local tcp = uv.new_tcp()
    tcp:connect("127.0.0.1", tonumber(port), function(reason)
      if reason then done = true return end
      tcp:read_start(function(_, data) done = done or data == nil end)
      tcp:write(bytes, function() tcp:shutdown(function() end) end)
    end)
    assert.is_true(helper.wait_until(function() return done end))
    tcp:close()
  end

  local GREETING <const> = "\xff\0\0\0\0\0\0\0\1\x7f\3\0NULL" .. ("\0"):rep(48)
  local READY <const> = "\4\25\5READY\11Socket-Type\0\0\0\3REQ"

  it("survives noise", function()
    local seed = 4711
    for length = 1, 200, 7 do
      local bytes = {}
      for i = 1, length do
        seed = (seed * 1103515245 + 12345) % (1 << 31)
        bytes[i] = string.char(seed >> 16 & 255)
      end
      say(table.concat(bytes))
      say(GREETING .. table.concat(bytes))
      say(GREETING .. READY .. table.concat(bytes))
    end
    say "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    say(("\0"):rep(100000))
    lives()
  end)

  it("survives frames that say they are longer than anything", function()
    say(GREETING .. READY .. "\2" .. ("\xff"):rep(8))
    say(GREETING .. READY .. "\2\x7f" .. ("\xff"):rep(7) .. "x")
    say(GREETING .. READY .. "\2\0\0\0\0\4\0\0\1x") -- a byte more than 64 MiB
    say(GREETING .. READY .. "\6" .. ("\xff"):rep(8))
    say(GREETING .. "\4\255\255\255\255")
    lives()
  end)

  it("survives thousands of connections that say nothing", function()
    for _ = 1, 10 do
      local sockets, connected = {}, 0
      for i = 1, 200 do
        sockets[i] = uv.new_tcp()
        sockets[i]:connect("127.0.0.1", tonumber(port), function() connected = connected + 1 end)
      end
      assert.is_true(helper.wait_until(function() return connected == #sockets end))
      for _, tcp in ipairs(sockets) do tcp:close() end
    end
    lives()
  end)
end)
