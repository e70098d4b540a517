--- Fuzz the load balancing broker, which is the simple pirate queue too, on both of its sockets.
return {
  nodes = {
    broker = { "warden.lua", role = "load_balancer/broker", most = 100 },
    fuzzer = {
      "fuzzer.lua", count = 2, targets = { "tcp://localhost:5555", "tcp://localhost:5556" },
      sayings = { "|body", "|a||b", "|\1", "|READY", "|@2||body", "|@2||a||b" },
    },
  },
  faults = { cut = true, delay = true }, duration = 5000, quiet = 1000,
}
