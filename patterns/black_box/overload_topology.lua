--- A feed that is too fast: workers are slow, queues run full, readers and workers stand still.
-- Much is dropped and some is missed; the check is that all of it was seen, and that no two workers
-- had the same key.
local SHARDS <const>, WORKERS <const>, MESSAGES <const>, KEYS <const> = 2, 3, 3000, 30

local function check(history)
  local published, counted
  local known, keys = {}, 0
  for _, event in ipairs(history) do
    if event.kind == "keys" then known[event.node] = event.known end
    if event.kind == "published" then published = event.messages end
    if event.kind == "counted" then counted = event end
  end
  if not published then return "the feed did not come to its end" end
  if not counted then return "the counts did not come to rest" end
  if published ~= counted.received + counted.missed then
    return ("%d published, but %d in and %d missed"):format(published, counted.received,
      counted.missed)
  end
  if counted.received ~= counted.done + counted.dropped then
    return ("%d in, but %d out and %d dropped"):format(counted.received, counted.done,
      counted.dropped)
  end
  for _, count in pairs(known) do keys = keys + count end
  if keys > KEYS then return ("workers had %d keys, of %d"):format(keys, KEYS) end
  if counted.disorder > 0 then return ("%d out of order"):format(counted.disorder) end
end

return {
  nodes = {
    publisher = {
      "publisher.lua", shards = SHARDS, keys = KEYS, messages = MESSAGES, rate = 300, size = 10,
      readers = { sndhwm = 20 },
    },
    reader = {
      "reader.lua", count = SHARDS, workers = "@worker.messages", queue = 10,
      shard = function(number) return number end,
      feed = { connect = "@publisher.readers", rcvhwm = 20 },
      collector = { connect = "@collector.reports" },
    },
    worker = {
      "worker.lua", count = WORKERS, work = 10, messages = { bind = "inproc://*", rcvhwm = 10 },
      collector = { connect = "@collector.reports" },
    },
    collector = { "collector.lua", readers = SHARDS, patience = 25000 },
  },
  faults = { delay = true, slow = true, pause = { "reader", "worker", "publisher", "collector" } },
  check = check,
}
