--- Fuzz the freelance server of model 3.
return {
  nodes = {
    server = { "warden.lua", role = "freelance/server", suspect = { model = 3 } },
    fuzzer = {
      "fuzzer.lua", targets = { "tcp://localhost:5555" },
      words = { "", "PING", "PONG", "1", "2", "OK", "body" },
    },
  },
  faults = { cut = true, delay = true }, duration = 5000, quiet = 1000,
}
