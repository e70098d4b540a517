--- Load balancer and simple pirate as real programs over tcp: killed, stopped, restarted.
local helper = require "spec.helper"
local pirates = require "spec.pirates"
local wire = require "spec.wire"

local BOTH <const>, FRAMES <const> = pirates.BOTH, pirates.FRAMES
local lazy = pirates.lazy

describe("the load balancer over tcp", function()
  after_each(helper.cleanup)

  it("answers all requests of all clients; all end well when they are told to", function()
    local broker, at = wire.start("load_balancer/broker", BOTH)
    local workers, clients = {}, {}
    for i = 1, 2 do
      workers[i] = wire.start("load_balancer/worker", {}, { "--broker.connect=" .. at.workers })
    end
    for i = 1, 3 do
      clients[i] = wire.start("load_balancer/client", {},
        { "--broker.connect=" .. at.clients, "--requests=50" })
    end
    for _, client in ipairs(clients) do wire.ends(client) end
    for _, worker in ipairs(workers) do wire.stop(worker) end
    wire.stop(broker)
  end)
end)

describe("the simple pirate over tcp", function()
  after_each(helper.cleanup)

  local function worker(at, role, ...)
    return wire.start(role or "simple_pirate/worker", {},
      { "--broker.connect=" .. at.workers, ... })
  end
  local function slow(at, ms)
    local path = pirates.slow_role "simple_pirate"
    return worker(at, path, "--work=" .. ms)
  end

  it("loses one timeout with a worker that is killed at work", function()
    local queue, at = wire.start("simple_pirate/queue", BOTH)
    local victim = slow(at, 60000)
    local client = lazy(at, "--requests=1", "--timeout=1000", "--retries=10")
    victim:line "working on 1"
    victim:signal "sigkill"
    worker(at)
    wire.ends(client)
    client:line "no reply %(timeout%), tries on a new socket left: 9"
    wire.stop(queue)
  end)

  it("takes all frames that fit in its messages, and loses no worker by more", function()
    local queue, at = wire.start("simple_pirate/queue", BOTH)
    local only = worker(at)
    wire.talk(at, "local MOST, most = 251\n" .. FRAMES)
    wire.stop(only)
    wire.stop(queue)
  end)

  it("loses nothing with a worker that is killed while it is idle", function()
    local queue, at = wire.start("simple_pirate/queue", BOTH)
    local victim = slow(at, 0)
    wire.ends(lazy(at, "--requests=1", "--timeout=15000", "--retries=1"))
    victim:signal "sigkill"
    victim:wait()
    worker(at)
    wire.ends(lazy(at, "--requests=5", "--interval=0", "--timeout=15000", "--retries=1"))
    wire.stop(queue)
  end)

  it("has no remedy for a queue that is started again: idle workers have to be, too", function()
    local queue, at = wire.start("simple_pirate/queue", BOTH)
    worker(at)
    wire.ends(lazy(at, "--requests=1", "--timeout=15000"))
    queue:signal "sigkill"
    queue:wait()
    wire.start("simple_pirate/queue", BOTH, {}, at)
    assert.equal(1, (lazy(at, "--requests=1", "--timeout=300", "--retries=3"):wait()))
    worker(at)
    wire.ends(lazy(at, "--requests=1", "--timeout=15000"))
  end)
end)
