--- What is used again and again is not used up: memory and descriptors stay flat.
local helper = require "spec.helper"
local role = require "spec.role"

describe("memory and descriptors stay flat over", function()
  after_each(helper.cleanup)

  -- As a program: what its parts log is not for us.
  local function run_apart(text)
    local process = role.start(text)
    if process:wait() ~= 0 then process:fail "it did not end well" end
  end

  --- Do the same rounds of work, the first of them to warm up; compare what is in use.
  local function flat(name, work, declared, parts)
    it(name, function()
      local run = parts and run_apart or role.run
      run(([[
        local uv = require "luv"
        local function descriptors()
          local count = 0
          local request = uv.fs_scandir "/proc/self/fd"
          while uv.fs_scandir_next(request) do count = count + 1 end
          return count
        end
        local function kilobytes()
          collectgarbage() collectgarbage()
          return collectgarbage "count"
        end
        local role = { sockets = { DECLARED }, parts = { PARTS }, on = {} }
        function role.method(self, ...) return ... end
        if role.sockets.a then role.on.a = function(self) self:wake "a" end end
        if role.sockets.parked then role.on.parked = function(self) self:sleep(1) end end
        local function work(self) WORK end
        function role.main(self)
          work(self)
          self:sleep(50)
          local memory, open = kilobytes(), descriptors()
          for _ = 1, 3 do work(self) end
          for _ = 1, 500 do -- libzmq closes in its own time
            if descriptors() <= open and kilobytes() < memory + 200 then return end
            self:sleep(10)
          end
          error(("memory %.0f -> %.0f KiB, descriptors %d -> %d"):format(
            memory, kilobytes(), open, descriptors()))
        end
        return role]]):gsub("DECLARED", function() return declared or "" end)
        :gsub("PARTS", function() return parts or "" end)
        :gsub("WORK", function() return work end), nil)
    end)
  end

  flat("10,000 messages", "for _ = 1, 3334 do self.b:send(('x'):rep(100)) ask(self, 'a') end",
    [[a = { "pull", bind = "inproc://a" }, b = { "push", connect = "inproc://a" }]])

  flat("messages whose handlers wait", [[
    for _ = 1, 300 do self.b:send "x" end
    self:sleep(400)]],
    [[parked = { "pull", bind = "inproc://p", parallel = 10 },
      b = { "push", connect = "inproc://p" }]])

  flat("10,000 tasks", [[
    for _ = 1, 100 do
      for _ = 1, 34 do self:spawn(function() self:sleep(0) end) end
      self:sleep(0)
    end
    self:sleep(20)]])

  flat("10,000 waits that time out", [[
    for i = 1, 3334 do self:spawn(function() self:wait(i, 1) end) end
    self:sleep(100)]])

  flat("tasks that fail", [[
    for _ = 1, 300 do pcall(error, {}) self:spawn(function() self:sleep(0) end) self:sleep(0) end]])

  flat("thousands of sockets", [[
    for _ = 1, 400 do
      local server <close> = self:open { "rep", bind = "inproc://s" .. self:uuid() }
      local client <close> = self:open { "req", connect = server.endpoint }
      client:send "x"
      same("x", (server:recv(5000)))
    end]])

  flat("sockets that are forgotten", [[
    for i = 1, 300 do
      self:open { "pull", bind = "inproc://f" .. self:uuid() }
      if i % 50 == 0 then collectgarbage() end
    end]])

  flat("calls that nobody answers", [[
    for _ = 1, 50 do
      for _, client in ipairs { self.lazy, self.majordomo, self.sequential } do
        same(nil, (client:request("echo", "x")))
      end
    end]], nil, [[
    lazy = { "lazy_pirate/client", server = "tcp://127.0.0.1:1", requests = -1, timeout = 2,
      retries = 2 },
    majordomo = { "majordomo/client", broker = "tcp://127.0.0.1:1", timeout = 2, retries = 2 },
    sequential = { "freelance/sequential", servers = { "tcp://127.0.0.1:1" }, timeout = 6 }]])

  flat("sockets that are reopened", "for _ = 1, 300 do same(true, self.b:reopen()) end",
    [[b = { "push", connect = "tcp://127.0.0.1:1" }]])
end)

describe("a node that has begun", function()
  after_each(helper.cleanup)

  it("keeps nothing that only its start needed", function()
    local kilobytes, files = role.run([[
      return {
        sockets = { a = { "pull", bind = "inproc://a" } },
        on = { a = function() end },
        main = function(self)
          self:sleep(1)
          local files = 0
          for name in pairs(package.loaded) do
            if name:find "%.lua$" then files = files + 1 end
          end
          return collectgarbage "count", files
        end,
      }]])
    assert.equal(1, files) -- the role itself
    assert.is_true(kilobytes < 60, kilobytes .. " KiB")
  end)
end)
