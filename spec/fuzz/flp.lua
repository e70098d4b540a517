--- Fuzz the freelance server of model 3.
return {
  nodes = {
    server = {
      "warden.lua", role = "freelance/server", most = 100, suspect = { model = 3 },
    },
    fuzzer = {
      "fuzzer.lua", targets = { "tcp://localhost:5555" },
      sayings = { "PING", "PONG", "1|body", "PING|a||b", "@1|OK" },
    },
  },
  faults = { cut = true, delay = true }, duration = 5000, quiet = 1000,
}
