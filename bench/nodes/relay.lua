--- ROUTER to DEALER and back, relayed by the host.
local relay = {
  sockets = {
    front = { "router", bind = "tcp://*:5555" },
    back = { "dealer", bind = "tcp://*:5556" },
  },
  relays = { stream = { "front", "back" } },
}

return relay
