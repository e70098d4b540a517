--- A number of subscribers that count, in one node.
local subscribers = {
  options = { subscribers = 1, feed = "tcp://localhost:5556", ack = "tcp://localhost:5557" },
  parts = function(options)
    return {
      subscriber = {
        "subscriber.lua", count = options.subscribers, feed = { connect = options.feed },
        ack = { connect = options.ack },
      },
    }
  end,
}

return subscribers
