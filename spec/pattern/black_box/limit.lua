--- More keys than a worker may know.
local promises = require "sloop.promise_checkers"
local topology = require "black_box/overload_topology"

local MOST <const> = 5

for _, node in pairs(topology.nodes) do node[1] = "black_box/" .. node[1]:gsub("%.lua$", "") end
topology.nodes.worker.max_keys = MOST
topology.check = promises.all {
  topology.check, promises.bounded { note = "keys", field = "known", limit = MOST },
}

return topology
