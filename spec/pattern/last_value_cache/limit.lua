--- More topics than the cache may keep.
local promises = require "sloop.promise_checkers"

local MOST <const> = 5

return {
  nodes = {
    publisher = { "last_value_cache/publisher", topics = 20, interval = 100 },
    cache = { "last_value_cache/cache", max_topics = MOST,
              upstream = { connect = "@publisher.feed" } },
    subscriber = { "last_value_cache/subscriber", quiet = true, topics = { "" },
                   cache = { connect = "@cache.downstream" } },
  },
  duration = 5000, quiet = 5000, faults = { delay = true, pause = true },
  check = promises.all {
    promises.bounded { note = "kept", field = "topics", limit = MOST },
    promises.progress { of = "subscriber", note = "value" },
  },
}
