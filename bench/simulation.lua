--- How fast a simulation is, on one core: sloop lua bench/simulation.lua [ROUNDS]
--
-- Six nodes and ten virtual seconds: a ring that does nothing but pass tokens on tells the events a
-- second, a broker with its workers and clients under every fault the seeds a minute. What a seed
-- costs before anything happens, starting six nodes, is told apart.
local sloop = require "sloop"

local ROUNDS <const> = tonumber(arg and arg[1]) or 5
local SECONDS <const>, NODES <const> = 10, 6

local function ring()
  local nodes = {}
  for i = 1, NODES do
    nodes["n" .. i] = {
      "bench/nodes/ring.lua", tokens = 20, next = "tcp://localhost:" .. 6000 + i % NODES + 1,
      from = { bind = "tcp://*:" .. 6000 + i },
    }
  end
  return { nodes = nodes, duration = SECONDS * 1000, quiet = 0, faults = {} }
end

local function broker()
  return {
    nodes = {
      broker = { "load_balancer/broker" },
      worker = { "load_balancer/worker", count = 2, broker = { connect = "@broker.workers" } },
      client = {
        "load_balancer/client", count = 3, requests = 1000000, interval = 100,
        broker = { connect = "@broker.clients" },
      },
    },
    duration = SECONDS * 1000, quiet = 0,
  }
end

local function idle()
  local topology = ring()
  for _, node in pairs(topology.nodes) do node.tokens = 0 end
  return topology
end

local function median(list)
  table.sort(list)
  return list[#list // 2 + 1]
end

-- Processor time is what counts: others may use this machine. `run(round)` returns how much of
-- what is measured it did.
local function measure(run)
  local list = {}
  for round = 1, ROUNDS do
    local began = os.clock()
    local total = run(round)
    list[round] = total / (os.clock() - began)
  end
  return median(list)
end

local function counted(topology, what)
  return measure(function(round)
    local result = assert(sloop.sim(topology, { seed = round }))
    assert(not result.failure, result.failure)
    return result.counts[what]
  end)
end

local function seeds(topology, count)
  return 60 * measure(function(round)
    local summary = assert(sloop.sim(topology, { seeds = count, from = (round - 1) * count + 1 }))
    assert(not summary.failure, summary.failure)
    return count
  end)
end

print(("%d nodes, %d virtual seconds; medians of %d rounds"):format(NODES, SECONDS, ROUNDS))
print(("ring of tokens:      %9.0f events/s, %9.0f handlers/s"):format(
  counted(ring(), "events"), counted(ring(), "runs")))
print(("broker under faults: %9.0f seeds/min"):format(seeds(broker(), 100)))
print(("idle ring:           %9.0f seeds/min"):format(seeds(idle(), 100)))
