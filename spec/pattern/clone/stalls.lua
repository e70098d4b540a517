--- The servers stand still, again and again, and members lose their connections: the active changes
--- often, and many snapshots are on their way while keys are set.
return {
  base = "CLONE/topology.lua",
  faults = {
    pause = { nodes = { "primary", "backup" }, duration = { 1000, 5000 }, every = { 3000, 7000 },
              always = true },
    cut = { nodes = { "member", "reader" }, every = { 500, 2000 }, always = true },
    delay = { nodes = { "primary", "backup", "member", "reader" }, every = { 1000, 3000 },
              always = true },
  },
}
