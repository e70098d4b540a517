--- The reliable pipeline under faults: workers die, are cut off and suspended; the sink restarts.
-- They know when a worker is silent, no worker has more than its credit, and no task is begun more
-- often than it may be.
local promises = require "sloop.promise_checkers"

local TASKS <const>, CREDIT <const>, TRIES <const>, LIVENESS <const> = 100, 10, 3, 3
local DEAD_AFTER <const> = 1000 * (LIVENESS + 2) -- ms

local function check(history)
  local batch, results, reported = nil, {}, {}
  local known = {} -- results that the sink has not forgotten by a crash
  for _, event in ipairs(history) do
    if event.kind == "batch" then batch = event end
    if event.kind == "result" then
      if known[event.id] then return ("task %s is counted twice"):format(event.id) end
      results[event.id], known[event.id] = true, true
    end
    if event.kind == "reported" then reported[event.id] = known[event.id] and "known" or "lost" end
    if event.kind == "crash" and event.node == "sink" then
      known = {}
      for id in pairs(reported) do -- that it was given up, too
        if reported[id] == "lost" then reported[id] = "forgotten" end
      end
    end
  end
  if not batch then return "the batch did not come to its end" end
  if batch.done + batch.reported ~= batch.sent then
    return ("%d done and %d reported of %d sent"):format(batch.done, batch.reported, batch.sent)
  end
  for i = 1, batch.sent do
    local id = tostring(i)
    if not (results[id] or reported[id]) then
      return ("task %d is neither at the sink nor reported"):format(i)
    end
    if reported[id] == "known" or (reported[id] == "lost" and known[id]) then
      return ("task %d is reported as lost, and at the sink"):format(i)
    end
  end
end

return {
  nodes = {
    ventilator = {
      "reliable_ventilator.lua", tasks = TASKS, most = 5000, tries = TRIES, liveness = LIVENESS,
      sink = { connect = "@sink.workers" },
    },
    worker = {
      "reliable_worker.lua", count = 3, credit = CREDIT,
      tasks = { connect = "@ventilator.workers" }, sink = { connect = "@sink.workers" },
    },
    sink = { "reliable_sink.lua" },
  },
  faults = {
    crash = { "worker", "sink" }, cut = true, half_open = true, pause = { "worker", "sink" },
    partition = true, slow = true, delay = true, step = true,
  },
  check = promises.all {
    check,
    promises.expiry { of = "ventilator", liveness = LIVENESS, window = 2 * DEAD_AFTER },
    promises.holds { of = "worker", settle = 0, most = { tasks = 4 * CREDIT } }, -- done ones, too
    promises.in_hand { of = "worker", most = CREDIT, tries = TRIES },
  },
}
