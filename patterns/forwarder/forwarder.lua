--- Forwarder: joins publishers and subscribers that know only it.
-- It keeps nothing: messages go down and subscriptions go up in C, unchanged, so that publishers
-- filter.
-- Either side may bind or connect: `--upstream.bind=tcp://*:8100 --no-upstream.connect` and so on.
---@type sloop.Role
local forwarder = {
  sockets = {
    upstream = { "xsub", connect = "tcp://localhost:5556" },
    downstream = { "xpub", bind = "tcp://*:8100" },
  },
  relays = { feed = { "upstream", "downstream" } },
}

function forwarder.stop(self)
  local counts = self.feed:counts()
  self:log("%d messages down, %d subscriptions up, %d dropped", counts.forward, counts.backward,
    counts.dropped)
end

return forwarder
