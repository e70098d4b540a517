--- Fuzz the majordomo broker: MDP 0.1, 0.2 and MMI.
return {
  nodes = {
    broker = {
      "warden.lua", role = "majordomo/broker",
      suspect = { max_services = 50, max_queue = 100, heartbeat = 200 },
    },
    fuzzer = {
      "fuzzer.lua", count = 2, targets = { "tcp://localhost:5555" },
      words = {
        "", "MDPC01", "MDPW01", "MDPC02", "MDPW02", "\1", "\2", "\3", "\4", "\5", "\6", "echo",
        "mmi.service", "mmi.services", "mmi.x", "\0\0\0\0\1", "body",
      },
    },
  },
  faults = { cut = true, delay = true }, duration = 5000, quiet = 1000,
}
