--- The active stands still, again and again, for longer than a failover takes; meanwhile clients
-- are cut off from the other one, so that there is one who asks it as it goes on.
return {
  base = "BINARY_STAR/topology.lua",
  faults = {
    pause = { nodes = { "primary", "backup" }, duration = { 3500, 6000 }, every = { 6000, 9000 },
              always = true },
    partition = { nodes = { "client" }, duration = { 500, 3000 }, every = { 500, 2000 },
                  always = true },
  },
}
