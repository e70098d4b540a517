--- Envelopes: a subscriber to topics that begin with "B" among publishers of A, B and BB.
return {
  nodes = {
    publisher = {
      "envelope_publisher.lua", count = 2, topics = { "A", "B", "BB" }, interval = 100,
      numbers = true,
      feed = { bind = function(n) return "tcp://*:" .. 5562 + n end },
    },
    subscriber = {
      "envelope_subscriber.lua", numbers = true, feed = { connect = "@publisher.feed" },
    },
  },
  duration = 5000, quiet = 5000,
  faults = { delay = true, slow = true, cut = true, pause = { "subscriber" } },
  check = function(history)
    local heard = {}
    for _, event in ipairs(history) do
      if event.kind == "heard" then
        if event.topic == "A" then return "heard what it did not subscribe to" end
        heard[event.topic] = true
      end
    end
    if not (heard.B and heard.BB) then return "did not hear every topic that begins with B" end
  end,
}
