--- Seed 838 of patterns/pipeline/reliable_topology.lua with 16 faults: task 67 is reported as lost, and at the sink
return {
  base = "patterns/pipeline/reliable_topology.lua",
  seed = 838,
  schedule = {
    { kind = "delay", time = 148.753, duration = 6243.38, amount = 36.482, node = 1, any_peer = true, choice = 3571324955 },
    { kind = "delay", time = 175.173, duration = 7971.906, amount = 189.031, node = 2, any_peer = true, choice = 2101748060 },
    { kind = "crash", time = 435.171, duration = 974.397, amount = 0.0, node = 4, any_peer = true, choice = 3457722705 },
    { kind = "pause", time = 493.748, duration = 2569.813, amount = 0.0, node = 3, any_peer = true, choice = 4187464124 },
    { kind = "cut", time = 580.541, duration = 0.0, amount = 0.0, node = 3, peer = 1, choice = 404944990 },
    { kind = "slow", time = 1120.204, duration = 7818.485, amount = 43.0, node = 5, any_peer = true, choice = 2892562059 },
    { kind = "delay", time = 2236.596, duration = 3020.814, amount = 59.515, node = 1, any_peer = true, choice = 1031577678 },
    { kind = "crash", time = 2275.101, duration = 2179.971, amount = 0.0, node = 5, choice = 3738636055, silent = true },
    { kind = "delay", time = 3296.422, duration = 3001.768, amount = 63.27, node = 5, any_peer = true, choice = 4213593454 },
    { kind = "cut", time = 3401.26, duration = 0.0, amount = 0.0, node = 4, peer = 1, choice = 639398722 },
    { kind = "crash", time = 4663.374, duration = 1514.787, amount = 0.0, node = 1, any_peer = true, choice = 3712874392 },
    { kind = "cut", time = 5123.815, duration = 0.0, amount = 0.0, node = 3, peer = 2, choice = 2460904013 },
    { kind = "crash", time = 5857.423, duration = 625.305, amount = 0.0, node = 5, any_peer = true, choice = 339319328, silent = true },
    { kind = "pause", time = 6227.061, duration = 3009.297, amount = 0.0, node = 3, any_peer = true, choice = 4213851692 },
    { kind = "crash", time = 8332.83, duration = 4181.206, amount = 0.0, node = 1, any_peer = true, choice = 748697154 },
    { kind = "crash", time = 9412.21, duration = 5604.877, amount = 0.0, node = 5, any_peer = true, choice = 2353512442 },
  },
}
