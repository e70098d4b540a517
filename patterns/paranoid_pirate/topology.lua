--- Four lazy pirates, a queue and three workers. Everything but the clients may die, and anything
-- may stand still or lose its connections: each client has the reply to each request, soon when the
-- faults are over, and the queue knows the workers that live.
local promises = require "sloop.promise_checkers"

local REQUESTS <const>, INTERVAL <const> = 80, 500 -- for longer than the faults last
local HEARTBEAT <const>, LIVENESS <const>, WORK <const> = 500, 3, 20
local WORKERS <const>, RECONNECT <const>, RECONNECT_MAX <const> = 3, 500, 4000
local DEAD_AFTER <const> = HEARTBEAT * (LIVENESS + 2)
local BACK_AFTER <const> = DEAD_AFTER + RECONNECT_MAX

-- The delay before a silent queue is tried again doubles each time, until the queue is heard.
local function check_back_off(history)
  local wanted = {}
  for _, event in ipairs(history) do
    if event.kind == "connected" or event.kind == "start" or event.kind == "restart" then
      wanted[event.node] = nil
    elseif event.kind == "reconnect" then
      local delay = wanted[event.node] or RECONNECT
      if event.delay ~= delay then
        return ("%s waited %d ms for its queue, not %d"):format(event.node, event.delay, delay)
      end
      wanted[event.node] = math.min(2 * delay, RECONNECT_MAX)
    end
  end
end

-- No worker is idle that is not known.
local function check_idle(history)
  for _, event in ipairs(history) do
    if event.kind == "holds" and event.idle > event.workers then
      return ("%d workers are idle, of %d"):format(event.idle, event.workers)
    end
  end
end

return {
  nodes = {
    queue = { "queue.lua", heartbeat = HEARTBEAT },
    worker = {
      "worker.lua", count = WORKERS, work = WORK, heartbeat = HEARTBEAT, reconnect = RECONNECT,
      reconnect_max = RECONNECT_MAX, queue = { connect = "@queue.workers" },
    },
    client = {
      "lazy_pirate/client", count = 4, server = "@queue.clients",
      requests = REQUESTS, interval = INTERVAL, timeout = 1000, retries = 100,
    },
  },
  quiet = 60000,
  faults = {
    crash = { "queue", "worker" }, pause = true, slow = true, step = true, rate = true,
    cut = true, half_open = true, partition = true, one_way = true, delay = true,
  },
  check = promises.all {
    promises.count { of = "client", note = "reply", count = REQUESTS },
    promises.genuine { of = "client" },
    promises.calm { of = "client", settle = BACK_AFTER, within = 2 * WORK + 100 },
    promises.expiry { of = "queue", liveness = LIVENESS, window = BACK_AFTER },
    promises.expiry {
      of = "worker", note = "reconnect", liveness = LIVENESS, window = BACK_AFTER,
    },
    promises.deserted {
      of = "worker", note = "reconnect", heard = "begin", peer = "queue",
      within = DEAD_AFTER + 200,
    },
    promises.caused { of = "worker", causes = { "asked", "requeued" } },
    promises.requeued { of = "worker", broker = "queue", within = 500 },
    promises.sockets { of = "client", most = 1 },
    promises.noticed {
      of = "worker", broker = "queue", count = WORKERS, within = DEAD_AFTER + 200,
    },
    promises.holds {
      of = "queue", settle = BACK_AFTER, most = { workers = 50 },
      values = { workers = WORKERS, idle = WORKERS, requests = 0 },
    },
    check_idle, check_back_off,
  },
}
