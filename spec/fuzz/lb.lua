--- Fuzz the load balancing broker, which is the simple pirate queue too, on both of its sockets.
return {
  nodes = {
    broker = { "warden.lua", role = "load_balancer/broker", suspect = { max_workers = 100 } },
    fuzzer = {
      "fuzzer.lua", count = 2, targets = { "tcp://localhost:5555", "tcp://localhost:5556" },
      words = { "", "\1", "\2", "READY", "client", "body" },
    },
  },
  faults = { cut = true, delay = true }, duration = 5000, quiet = 1000,
}
