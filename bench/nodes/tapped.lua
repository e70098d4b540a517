--- ROUTER to DEALER and back, relayed by the host, with a tap that is never read.
local relay = {
  sockets = {
    front = { "router", bind = "tcp://*:5555" },
    back = { "dealer", bind = "tcp://*:5556" },
    tap = { "push", bind = "tcp://127.0.0.1:*", sndhwm = 100 },
  },
  relays = { stream = { "front", "back", capture = "tap" } },
}

return relay
