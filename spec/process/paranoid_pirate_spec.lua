--- Paranoid pirate as real programs over tcp: killed, stopped, restarted, shouted at.
local helper = require "spec.helper"
local pirates = require "spec.pirates"
local wire = require "spec.wire"

local BOTH <const>, FRAMES <const> = pirates.BOTH, pirates.FRAMES
local lazy = pirates.lazy

describe("the paranoid pirate over tcp", function()
  after_each(helper.cleanup)

  local function queue(arguments, at)
    return wire.start("paranoid_pirate/queue", BOTH, arguments or { "--heartbeat=100" }, at)
  end
  local function worker(at, role, ...)
    return wire.start(role or "paranoid_pirate/worker", {},
      { "--queue.connect=" .. at.workers, "--heartbeat=100", "--reconnect=100", ... })
  end
  local function slow(at, ms)
    local path = pirates.slow_role "paranoid_pirate"
    return worker(at, path, "--work=" .. ms)
  end

  it("answers all requests of all clients; all end well when they are told to", function()
    local process, at = queue()
    local workers, clients = { (worker(at)), (worker(at)) }, {}
    for i = 1, 3 do
      clients[i] = lazy(at, "--requests=50", "--interval=1", "--timeout=15000", "--retries=1")
    end
    for _, client in ipairs(clients) do wire.ends(client) end
    for _, each in ipairs(workers) do wire.stop(each) end
    wire.stop(process)
  end)

  it("loses one timeout with a worker that is killed at work", function()
    local _, at = queue()
    local victim = slow(at, 60000)
    local client = lazy(at, "--requests=1", "--timeout=1000", "--retries=10")
    victim:line "working on 1"
    victim:signal "sigkill"
    worker(at)
    wire.ends(client)
  end)

  it("gives a killed worker's request to another at once, not with the next beat", function()
    local _, at = queue { "--heartbeat=600000" }
    local victim = slow(at, 60000)
    local client = lazy(at, "--requests=1", "--timeout=15000", "--retries=1")
    victim:line "working on 1"
    slow(at, 0)
    victim:signal "sigkill"
    wire.ends(client)
  end)

  it("has its workers back soon after it was started again, without a beat", function()
    local process, at = queue()
    worker(at, nil, "--heartbeat=600000")
    wire.ends(lazy(at, "--requests=1", "--timeout=15000", "--retries=1"))
    process:signal "sigkill"
    process:wait()
    queue(nil, at)
    wire.ends(lazy(at, "--requests=1", "--timeout=15000", "--retries=1"))
  end)

  it("takes all frames that fit in its messages, and loses no worker by more", function()
    local process, at = queue()
    local only = worker(at)
    wire.talk(at, "local MOST, most = 252\n" .. FRAMES)
    wire.stop(only)
    wire.stop(process)
  end)

  it("goes round a worker that stands still, which comes back when it goes on", function()
    local _, at = queue()
    local sleeper = slow(at, 0)
    wire.ends(lazy(at, "--requests=1", "--timeout=15000"))
    sleeper:signal "sigstop"
    local other = worker(at)
    local client = lazy(at, "--requests=30", "--interval=50", "--timeout=500", "--retries=20")
    wire.ends(client)
    wire.stop(other)
    sleeper:signal "sigcont"
    wire.ends(lazy(at, "--requests=1", "--timeout=500", "--retries=40"))
    sleeper:line "working on 1"
  end)

  it("lets a worker's function wait as long as it likes: the worker lives", function()
    local process, at = queue()
    slow(at, 1500)
    local client = lazy(at, "--requests=2", "--interval=0", "--timeout=15000", "--retries=1")
    wire.ends(client)
    wire.stop(process)
  end)

  for _, signal in ipairs { "sigkill", "sigterm" } do
    it("has its workers back after the queue got " .. signal .. " and was started again", function()
      local process, at = queue()
      worker(at)
      worker(at)
      local client = lazy(at, "--requests=300", "--interval=5", "--timeout=500", "--retries=40")
      client:line "request 20: answered"
      process:signal(signal)
      process:wait()
      queue(nil, at)
      wire.ends(client)
    end)
  end

  it("goes on after the queue stood still", function()
    local process, at = queue()
    worker(at)
    local client = lazy(at, "--requests=300", "--interval=5", "--timeout=500", "--retries=40")
    client:line "request 20: answered"
    process:signal "sigstop"
    assert.is_false(helper.wait_until(function() return client:has_ended() end, 1500))
    process:signal "sigcont"
    wire.ends(client)
    wire.stop(process)
  end)

  it("serves on while both its sockets are shouted at", function()
    local process, at = queue()
    local mine = worker(at)
    local client = lazy(at, "--requests=100", "--interval=5", "--timeout=15000", "--retries=1")
    wire.talk(at, [[
      local front, back = connect(self, "dealer", AT.clients), connect(self, "dealer", AT.workers)
      local words = { "", "\2", "c", "x", ("y"):rep(300) } -- no READY: requests would go there
      for i = 1, 5000 do
        local frames = {}
        for k = 1, self:random(1, 6) do frames[k] = words[self:random(#words)] end
        if frames[2] == "" and frames[3] then frames[2] = "z" end -- nor what might be a reply
        back:send(table.unpack(frames))
        frames[1] = "no request"
        front:send(table.unpack(frames))
      end]])
    wire.ends(client)
    wire.stop(mine)
    wire.stop(process)
  end)
end)
