--- A million messages in two shards, four workers: each reader and each worker in its own thread.
-- No node waits for another, so what does not fit is lost; the collector checks that it is counted.
local SHARDS <const>, WORKERS <const>, MESSAGES <const> = 2, 4, 1000000

return {
  nodes = {
    publisher = {
      "publisher.lua", shards = SHARDS, messages = MESSAGES, rate = 200000,
      readers = { bind = "inproc://*" },
    },
    reader = {
      "reader.lua", count = SHARDS, thread = true, workers = "@worker.messages",
      shard = function(number) return number end,
      feed = { connect = "@publisher.readers" }, collector = { connect = "@collector.reports" },
    },
    worker = {
      "worker.lua", count = WORKERS, thread = true, messages = { bind = "inproc://*" },
      collector = { connect = "@collector.reports" },
    },
    collector = { "collector.lua", readers = SHARDS, reports = { bind = "inproc://*" } },
  },
  faults = { delay = true },
  check = function(history)
    for _, event in ipairs(history) do
      if event.kind == "counted" and event.published == MESSAGES then return end
    end
    return "not all was counted"
  end,
}
