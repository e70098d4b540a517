--- Fuzz the paranoid pirate queue, on both of its sockets.
return {
  nodes = {
    queue = {
      "warden.lua", role = "paranoid_pirate/queue", most = 3000, suspect = { heartbeat = 200 },
    },
    fuzzer = {
      "fuzzer.lua", count = 2, targets = { "tcp://localhost:5555", "tcp://localhost:5556" },
      sayings = { "|body", "|a||b", "\1", "\2", "@1||body", "@1||a||b" },
    },
  },
  faults = { cut = true, delay = true }, duration = 5000, quiet = 1000,
}
