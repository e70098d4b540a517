--- luv in a node: its loop runs within the node's turns, its callbacks are tasks.
local helper = require "spec.helper"
local reloading = require "spec.reloading"

local HEAD <const> = [[
local uv = require "luv"
local node = { state = { said = {}, n = 0 }, on = {} }
local function say(self, text) table.insert(self.said, text) end
]]

describe("luv in a node", function()
  local node
  after_each(helper.cleanup)

  local function start(text, options)
    node = reloading.start({ ["node.lua"] = HEAD .. text .. "\nreturn node" }, options)
  end

  local function said(expected)
    node:wait_for("table.concat(self.said, ' ') == %q", expected)
  end

  it("has timers whose callbacks may wait, one beside another", function()
    start [[
      function node.init(self)
        local slow, fast = uv.new_timer(), uv.new_timer()
        slow:start(1, 0, function() say(self, "slow") self:wait "fast" say(self, "ends") end)
        fast:start(30, 0, function() say(self, "fast") self:wake "fast" end)
      end]]
    said "slow fast ends"
  end)

  it("reports an error in a callback like one in a handler, and goes on", function()
    start [[
      function node.init(self)
        local timer = uv.new_timer()
        timer:start(1, 1, function()
          self.n = self.n + 1
          if self.n == 2 then error "in a callback" end
        end)
      end]]
    node:line "error: node%.lua:8: in a callback"
    node:wait_for "self.n > 5"
    assert.equal(1, node:status().errors)
  end)

  it("ends a callback that computes for ever", function()
    start([[
      function node.init(self)
        uv.new_timer():start(1, 0, function() while true do end end)
        uv.new_timer():start(1, 1, function() self.n = self.n + 1 end)
      end]], { arguments = { "--handler-limit=200" } })
    node:line "node%.lua:5: .*ended"
    node:wait_for "self.n > 5"
  end)

  it("serves tcp, reads files and runs children", function()
    start [[
      local function serve(self, done)
        local server = uv.new_tcp()
        server:bind("127.0.0.1", 0)
        server:listen(8, function()
          local peer = uv.new_tcp()
          server:accept(peer)
          peer:read_start(function(_, data)
            if data then self:sleep(5) peer:write("echo " .. data) end
          end)
        end)
        local client = uv.new_tcp()
        client:connect("127.0.0.1", server:getsockname().port, function()
          client:write "x"
          client:read_start(function(_, data) say(self, data) done() end)
        end)
      end
      local function run(self)
        local out, child = uv.new_pipe(false), nil
        child = uv.spawn("/bin/echo", { args = { "child" }, stdio = { nil, out } }, function(status)
          say(self, "status " .. status)
          child:close()
        end)
        out:read_start(function(_, data) if data then say(self, data:gsub("\n", "")) end end)
      end
      function node.init(self)
        serve(self, function()
          uv.fs_stat("/tmp", function(_, stat)
            say(self, stat.type)
            run(self)
          end)
        end)
      end]]
    node:wait_for "self.said[1] == 'echo x' and self.said[2] == 'directory'"
    node:wait_for "#self.said == 4"
    assert.matches("child", node:eval "table.concat(self.said, ' ')")
    assert.matches("status 0", node:eval "table.concat(self.said, ' ')")
  end)

  it("leaves the node's sockets their turns, and goes on after a reload", function()
    local text = HEAD .. [[
      node.sockets = {
        a = { "pair", bind = "inproc://a" }, b = { "pair", connect = "inproc://a" },
      }
      function node.on.a() end
      function node.on.b(self, text) say(self, text) end
      node.timers = { beat = 5 }
      function node.on.beat(self) if #self.said < 3 then self.a:send "x" end end
      function node.init(self) uv.new_timer():start(1, 1, function() self.n = self.n + 1 end) end
      return node]]
    node = reloading.start { ["node.lua"] = text }
    said "x x x"
    node:accept(text)
    node:wait_for("self.n > %s", node:eval "self.n")
  end)

  it("ends with the node, whatever is open", function()
    for _ = 1, 2 do
      start [[
        function node.init(self)
          local server = uv.new_tcp()
          server:bind("127.0.0.1", 0)
          server:listen(8, function() end)
          uv.new_timer():start(1, 1, function() self.n = self.n + 1 self:wait "never" end)
          uv.new_idle():start(function() end)
        end]]
      node:wait_for "self.n > 5"
      node.process:signal "sigterm"
      assert.equal(0, (node.process:wait()))
    end
  end)

  it("runs in every node of a topology, each ending by itself", function()
    local folder = helper.folder()
    helper.write(folder .. "/node.lua", HEAD .. [[
      node.options = { ticks = 1 }
      function node.init(self)
        uv.new_timer():start(1, 1, function()
          self.n = self.n + 1
          self:wake "tick"
        end)
      end
      function node.main(self)
        while self.n < self.options.ticks do self:wait "tick" end
        return 0
      end
      return node]])
    local path = helper.write(folder .. "/topology.lua", [[return { nodes = {
      a = { "node.lua", count = 4, ticks = function(i) return i * 20 end } } }]])
    local status, _, err = helper.run { "up", path, "--threads=2", "--control=none" }
    assert.equal(0, status, err)
  end)

  it("names the module when it is not there", function()
    local path = helper.write(helper.folder() .. "/node.lua", HEAD .. "return node")
    local status, _, err = helper.run({ "run", path }, { env = { LUA_CPATH = "/nowhere/?.so" } })
    assert.equal(1, status)
    assert.matches("node.lua:1: module 'luv' not found", err)
  end)
end)
