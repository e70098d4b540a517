--- The primary never comes: the backup serves, whatever happens to it.
local promises = require "sloop.promise_checkers"

return {
  nodes = {
    backup = { "BINARY_STAR/server.lua", role = "backup", restart = true },
    client = { "BINARY_STAR/client.lua", count = 2, retries = 0, interval = 100 },
  },
  faults = {
    crash = { "backup" }, pause = { "backup", "client" }, cut = true, partition = true,
    delay = true,
  },
  check = promises.all {
    promises.exclusive { key = "term", once = true },
    promises.settled { of = { "backup" } },
    promises.genuine { of = "client" },
    promises.progress { of = "client", note = "reply", least = 20 },
  },
}
