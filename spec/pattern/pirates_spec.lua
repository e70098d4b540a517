--- Pirates, load balancer and freelance in virtual time, under seeded faults; and whether the
--- checkers would notice the mistakes that the Guide's programs make.
local helper = require "spec.helper"
local mutant = require "spec.mutant"

-- Works for 3 s and beats meanwhile, and reads everything at once: it would see a second request.
local WATCHFUL <const> = [[
local ppp = require "ppp"
local worker = {
  state = { busy = false },
  sockets = { queue = { "dealer", connect = "tcp://localhost:5556", parallel = 100 } },
  timers = { beat = 1000 },
  on = {},
}
function worker.init(self) self.queue:send(ppp.READY) end
function worker.on.beat(self) self.queue:send(ppp.HEARTBEAT) end
local function heard(self, command, client, ...)
  if command ~= "request" then return end
  if self.busy then error "a second request" end
  self.busy = true
  self:sleep(3000)
  self.busy = false
  self.queue:send(client, "", ...)
end
function worker.on.queue(self, ...) heard(self, ppp.from_queue(...)) end
return worker
]]

local WATCHED <const> = [[return {
  nodes = {
    queue = { "queue.lua" },
    worker = { "watchful.lua", count = 2 },
    client = { "lazy_pirate/client", count = 4, retries = 100, timeout = 1500, interval = 50 },
  },
  quiet = 1,
  faults = { crash = { "worker" }, cut = true, pause = true, delay = true, slow = true },
}]]

-- A machine with far too much to do, and clocks that jump: but everybody lives and is connected.
local OVERLOADED <const> = [[return {
  nodes = {
    queue = { "queue.lua" },
    worker = { "worker.lua", count = 3 },
    client = { "lazy_pirate/client", count = 4, retries = 100, timeout = 1500, interval = 50 },
  },
  quiet = 1,
  faults = { delay = true, slow = true, step = "always", rate = true,
             pause = { nodes = { "queue", "worker" }, duration = { 1, 1900 } } },
  check = function(history)
    for _, event in ipairs(history) do
      local silent = event.text and event.text:find "the queue is silent"
      if event.kind == "removed" or silent then
        return ("%s took somebody for dead at %.0f ms"):format(event.node, event.time)
      end
    end
  end,
}]]

local function paranoid(topology, changes)
  local path = mutant.copy("paranoid_pirate", changes or {})
  helper.write(path:gsub("topology", "watchful"), WATCHFUL)
  return helper.write(path, topology)
end

describe("in virtual time", function()
  after_each(helper.cleanup)

  local holds, fails = mutant.holds, mutant.fails

  for _, pattern in ipairs { "load_balancer", "simple_pirate", "paranoid_pirate", "freelance" } do
    it(pattern .. " keeps its promise", function()
      holds(("patterns/%s/topology.lua"):format(pattern), 30)
    end)
  end

  it("a paranoid queue gives a busy worker no second request", function()
    holds(paranoid(WATCHED), 30)
  end)

  it("no paranoid pirate is taken for dead by mistake", function()
    holds(paranoid(OVERLOADED), 30)
  end)

  it("a queue that takes a heartbeat for READY is found out", function()
    fails(paranoid(WATCHED, {
      { "queue.lua", 'if command == "heartbeat" then return end', "" },
    }), 30, "a second request")
  end)

  it("a queue that judges by the date is found out", function()
    fails(paranoid(OVERLOADED, {
      { "queue.lua", "worker.silent = 0\n", "worker.silent = self:wall()\n" },
      { "queue.lua", "count, worker.silent = count + 1, worker.silent + ticks",
        "count = count + 1" },
      { "queue.lua", "worker.silent > self.options.liveness",
        "self:wall() - worker.silent > 4000" },
    }), 30, "took somebody for dead")
  end)

  it("a worker that never comes back is found out", function()
    fails(mutant.copy("paranoid_pirate", {
      { "worker.lua", "if self.queue:reopen() then register(self) end", "self.queue:reopen()" },
    }), 60, "client%.%d: %d+ times")
  end)

  it("a freelance client that trusts a mute server is found out", function()
    fails(mutant.copy("freelance", {
      { "complex.lua", "if not reply[1] then connection:doubt() end", "" },
      { "complex.lua", "tried[connection] = true", "" },
    }), 60, "complex: %d+ times")
  end)

  it("a shotgun that does not look at the number of a reply is found out", function()
    fails(mutant.copy("freelance", {
      { "shotgun.lua", "local number = tostring(self.number)", 'local number = "1"' },
    }), 60, "shotgun at .* asked for %d+, got %d+")
  end)

  it("a client of model 3 that does not look at the control of a reply is found out", function()
    fails(mutant.copy("freelance", {
      { "complex.lua", "local control, tried = tostring(self.control), {}",
        'local control, tried = "1", {}' },
    }), 60, "complex at .* asked for %d+, got %d+")
  end)

  it("a shotgun that asks only the first server is found out", function()
    fails(mutant.copy("freelance", {
      { "shotgun.lua", "ipairs(self.connections)", "ipairs { self.connections[1] }" },
    }), 60, "shotgun: %d+ times")
  end)
end)
