--- Majordomo as real programs over tcp: killed, stopped, restarted, shouted at.
local helper = require "spec.helper"
local majordomo = require "spec.majordomo"
local role = require "spec.role"

-- A worker that takes so long, and says when it begins.
local SLOW <const> = [[
local worker = require "majordomo/worker"
return worker.serve("echo", function(self, ...)
  self:log("working on %s", (...))
  self:sleep(self.options.work)
  return ...
end, { options = { work = 0 } })
]]

describe("majordomo over tcp", function()
  after_each(helper.cleanup)

  local function slow(endpoint, ms)
    local path = helper.write(helper.folder() .. "/slow.lua", SLOW)
    return majordomo.worker(endpoint, { "--work=" .. ms }, path)
  end

  local function ends(process, status) assert.equal(status, (process:wait())) end

  -- What mmi.service says of a service.
  local function look_up(endpoint, service)
    return role.run(([[return { main = function(self)
      local peer = self:open { "req", connect = %q }
      peer:send("MDPC01", "mmi.service", %q)
      local _, _, code = peer:recv(15000)
      return code
    end }]]):format(endpoint, service))
  end

  it("answers a client's requests; all end well when they are told to", function()
    local broker, endpoint = majordomo.broker()
    local worker = majordomo.worker(endpoint)
    local client = majordomo.client(endpoint, { "--requests=10" })
    ends(client, 0)
    client.seen = 0
    for i = 1, 10 do client:line(("request %d: answered me %d "):format(i, i)) end
    worker:signal "sigterm"
    ends(worker, 0)
    broker:signal "sigterm"
    ends(broker, 0)
  end)

  it("ends a client that gives up with status 1 and the reason", function()
    local _, endpoint = majordomo.broker()
    local client = majordomo.client(endpoint, { "--requests=10", "--timeout=100", "--retries=2" })
    ends(client, 1)
    client:line "echo: timeout, trying again on a new socket, 1 left"
    client:line "request 1: echo is offline"
  end)

  it("answers the request of a worker that was killed with it: no try is lost", function()
    local _, endpoint = majordomo.broker()
    local victim = slow(endpoint, 60000)
    local client = majordomo.client(endpoint, { "--requests=1", "--retries=1" })
    victim:line "working on me 1"
    victim:signal "sigkill"
    slow(endpoint, 0)
    ends(client, 0)
  end)

  it("gives a killed worker's request to another at once, not with the next beat", function()
    local _, endpoint = majordomo.broker { "--heartbeat=600000" }
    local victim = slow(endpoint, 60000)
    local client = majordomo.client(endpoint, { "--requests=1", "--retries=1" })
    victim:line "working on me 1"
    slow(endpoint, 0)
    assert.is_true(helper.wait_until(function() return look_up(endpoint, "echo") == "200" end))
    victim:signal "sigkill"
    ends(client, 0)
  end)

  it("has its workers back soon after the broker was started again, without a beat", function()
    local broker, endpoint = majordomo.broker()
    majordomo.worker(endpoint, { "--heartbeat=600000" })
    ends(majordomo.client(endpoint, { "--requests=1" }), 0)
    broker:signal "sigkill"
    broker:wait()
    majordomo.broker({}, endpoint)
    ends(majordomo.client(endpoint, { "--requests=1" }), 0)
  end)

  it("answers all requests of a client that sends them at once, by default", function()
    local count = tonumber(os.getenv "PIPELINED") or 20000 -- the Guide's client sends 100,000
    local _, endpoint = majordomo.broker()
    majordomo.worker(endpoint)
    role.run(([[return { main = function(self)
      local peer = self:open { "dealer", connect = %q }
      for i = 1, %d do peer:send("", "MDPC01", "echo", tostring(i)) end
      for i = 1, %d do
        local reply = table.pack(peer:recv(15000))
        if reply[4] ~= tostring(i) then error("reply " .. i .. " is " .. tostring(reply[4])) end
      end
    end }]]):format(endpoint, count, count))
  end)

  it("answers the request of a worker that stands still, which comes back later", function()
    local _, endpoint = majordomo.broker { "--liveness=2" }
    local sleeper = slow(endpoint, 60000)
    local client = majordomo.client(endpoint, { "--requests=1", "--retries=1" })
    sleeper:line "working on me 1"
    sleeper:signal "sigstop"
    local other = slow(endpoint, 0)
    ends(client, 0)
    other:signal "sigterm"
    ends(other, 0)
    assert.equal("404", look_up(endpoint, "echo"))
    sleeper:signal "sigcont"
    sleeper:signal "sigterm"
    ends(sleeper, 0)
  end)

  it("gives up a request that kills every worker, and notes it", function()
    local broker, endpoint = majordomo.broker { "--retries=1" }
    local client = majordomo.client(endpoint, { "--requests=1", "--retries=1" })
    for _ = 1, 2 do
      local victim = slow(endpoint, 60000)
      victim:line "working on me 1"
      victim:signal "sigkill"
    end
    broker:line "requests given up: 1, the last for service echo"
    client:signal "sigkill"
  end)

  it("counts a worker as gone as soon as it has left in order", function()
    local _, endpoint = majordomo.broker { "--heartbeat=60000" }
    local worker = majordomo.worker(endpoint)
    ends(majordomo.client(endpoint, { "--requests=1" }), 0)
    assert.equal("200", look_up(endpoint, "echo"))
    worker:signal "sigterm"
    ends(worker, 0)
    assert.is_true(helper.wait_until(function() return look_up(endpoint, "echo") == "404" end))
  end)

  it("lets a worker finish when it is told to stop", function()
    local _, endpoint = majordomo.broker()
    local worker = slow(endpoint, 150)
    local client = majordomo.client(endpoint, { "--requests=1", "--retries=1" })
    worker:line "working on me 1"
    worker:signal "sigterm"
    ends(client, 0)
    ends(worker, 0)
  end)

  for _, signal in ipairs { "sigkill", "sigterm" } do
    it("goes on after the broker got " .. signal .. " and was started again", function()
      local broker, endpoint = majordomo.broker()
      majordomo.worker(endpoint)
      local client = majordomo.client(endpoint,
        { "--requests=300", "--interval=5", "--timeout=500", "--retries=30" })
      client:line "request 20: answered"
      broker:signal(signal)
      broker:wait()
      majordomo.broker({}, endpoint)
      ends(client, 0)
    end)
  end

  it("goes on after the broker stood still", function()
    local broker, endpoint = majordomo.broker { "--liveness=2" }
    local worker = majordomo.worker(endpoint)
    local client = majordomo.client(endpoint, { "--requests=300", "--interval=5" })
    client:line "request 20: answered"
    broker:signal "sigstop"
    assert.is_false(helper.wait_until(function() return client:has_ended() end, 1500))
    broker:signal "sigcont"
    ends(client, 0)
    worker:signal "sigterm"
    ends(worker, 0)
  end)

  it("stands garbage on its ports: bytes that are no ZMTP, messages that are no MDP", function()
    local broker, endpoint = majordomo.broker()
    majordomo.worker(endpoint)
    local client = majordomo.client(endpoint, { "--requests=300", "--interval=1" })
    client:line "request 20: answered"
    local host, port = endpoint:match "tcp://(.*):(%d+)"
    local uv = require "luv"
    for _ = 1, 20 do
      local tcp, sent = uv.new_tcp(), false
      tcp:connect(host, math.tointeger(port), function()
        local bytes = {}
        for i = 1, 2000 do bytes[i] = string.char(math.random(0, 255)) end
        tcp:write(table.concat(bytes), function() sent = true end)
      end)
      helper.wait_until(function() return sent end)
      tcp:close()
    end
    role.run(([[return { main = function(self)
      local parts = { "", "MDPC01", "MDPC02", "MDPW01", "MDPW02", "\1", "\2", "\3", "\4", "\5",
        "\6", "echo", "other", "x" }
      for _ = 1, 20 do
        local peer <close> = self:open { "dealer", connect = %q }
        for _ = 1, 50 do
          local frames = {}
          for i = 1, self:random(1, 6) do frames[i] = parts[self:random(1, #parts)] end
          peer:send(table.unpack(frames))
        end
      end
    end }]]):format(endpoint))
    ends(client, 0)
    broker:signal "sigterm"
    ends(broker, 0) -- with --strict: nothing was raised
  end)

  it("makes a worker of a function in a few lines, which may call other services", function()
    local _, endpoint = majordomo.broker()
    majordomo.worker(endpoint, {}, helper.write(helper.folder() .. "/upper.lua", [[
      local worker = require "majordomo/worker"
      return worker.serve("upper", function(_, text) return text:upper() end)
    ]]))
    majordomo.worker(endpoint, { "--helper.broker=" .. endpoint },
      helper.write(helper.folder() .. "/polite.lua", [[
        local worker = require "majordomo/worker"
        return worker.serve("echo", function(self, name)
          self:sleep(500) -- longer than a heartbeat
          return "DEAR " .. self.helper:request("upper", "mr " .. name)
        end, { parts = { helper = { "majordomo/client" } } })
      ]]))
    local client = majordomo.client(endpoint, { "--requests=2", "--retries=1" })
    ends(client, 0)
    client.seen = 0
    client:line "request 2: answered DEAR MR ME 2"
  end)

  it("is what a part of another node is made of", function()
    local _, endpoint = majordomo.broker()
    local desk = helper.write(helper.folder() .. "/desk.lua", [[
      local desk = {
        options = { broker = "tcp://localhost:5555" },
        state = { served = 0 },
        parts = function(options) return {
          double = { "majordomo/worker", service = "double",
            broker = { connect = options.broker }, count = 2 },
          ask = { "majordomo/client", broker = options.broker },
        } end,
        on = {},
      }
      function desk.on.double(self, n)
        self.served = self.served + 1
        return tostring(2 * n)
      end
      function desk.main(self)
        local sum, left = 0, 20
        for i = 1, left do
          self:spawn(function()
            local reply = assert(self.ask:request("double", tostring(i)))
            sum, left = sum + reply, left - 1
            if left == 0 then self:wake "done" end
          end)
        end
        self:wait "done"
        return self.served == 20 and sum == 420 or nil, "wrong"
      end
      return desk
    ]])
    local node = helper.sloop { "run", desk, "--strict", "--broker=" .. endpoint }
    ends(node, 0)
  end)
end)
