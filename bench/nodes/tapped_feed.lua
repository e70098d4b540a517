--- A forwarder with a tap that is never read.
local feed = {
  sockets = {
    upstream = { "xsub", bind = "tcp://*:5556" },
    downstream = { "xpub", bind = "tcp://*:8100" },
    tap = { "push", bind = "tcp://127.0.0.1:*", sndhwm = 100 },
  },
  relays = { feed = { "upstream", "downstream", capture = "tap" } },
}

return feed
