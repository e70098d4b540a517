--- Fuzz the paranoid pirate queue, on both of its sockets.
return {
  nodes = {
    queue = { "warden.lua", role = "paranoid_pirate/queue", suspect = { interval = 200 } },
    fuzzer = {
      "fuzzer.lua", count = 2, targets = { "tcp://localhost:5555", "tcp://localhost:5556" },
      words = { "", "\1", "\2", "READY", "client", "body" },
    },
  },
  faults = { cut = true, delay = true }, duration = 5000, quiet = 1000,
}
