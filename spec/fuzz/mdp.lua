--- Fuzz the majordomo broker: MDP 0.1, 0.2 and MMI.
return {
  nodes = {
    broker = {
      "warden.lua", role = "majordomo/broker", most = 3000,
      suspect = { max_bytes = 64 << 10, max_services = 10, heartbeat = 200, request_expiry = 1000 },
    },
    fuzzer = {
      "fuzzer.lua", count = 2, targets = { "tcp://localhost:5555" },
      sayings = {
        "|MDPC01|echo|body", "|MDPC01|other|a||b", "MDPC02|\1|echo|body", "MDPC02|\1|other|a",
        "|MDPC01|mmi.service|echo", "|MDPC01|mmi.services|", "MDPC02|\1|mmi.x|a",
        "|MDPW01|\1|echo", "|MDPW01|\1|mmi.x", "|MDPW01|\3|@4||body", "|MDPW01|\3|@4||body",
        "|MDPW01|\4", "|MDPW01|\5", "|MDPW01|\2|@4||body",
        "MDPW02|\1|echo", "MDPW02|\3|@3||part", "MDPW02|\4|@3||body", "MDPW02|\5", "MDPW02|\6",
      },
    },
  },
  faults = { cut = true, delay = true }, duration = 5000, quiet = 1000,
}
