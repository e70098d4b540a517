--- As topology.lua, with a cache that keeps its values in a store, and whose disk fails or is slow.
local topology = require "last_value_cache/topology"

local nodes, faults = {}, { disk_error = true, disk_slow = true }
for name, node in pairs(topology.nodes) do nodes[name] = node end
for kind, said in pairs(topology.faults) do faults[kind] = said end
nodes.cache = {
  "cache.lua", max_topics = 1000, durable = true, restart = true,
  upstream = { connect = "@publisher.feed" },
}

return { nodes = nodes, faults = faults, check = topology.check }
