--- A batch of 100 tasks over four workers, each of which has as many. Plain: a worker that dies
-- loses its tasks, so none does; and no connection is closed because one side stands still, behind
-- which tasks or results may be already.
local TASKS <const>, WORKERS <const> = 100, 4
local PATIENCE <const> = 120000 -- ms: longer than any suspension

local function check(history)
  local done, count = {}, 0
  for _, event in ipairs(history) do
    if event.kind == "done" then done[event.node], count = event.count, count + 1 end
    if event.kind == "batch" then
      if count ~= TASKS then return ("the batch ended with %d tasks done"):format(count) end
      for i = 1, WORKERS do
        local share = done["worker." .. i]
        if share ~= TASKS // WORKERS then
          return ("worker.%d did %s of %d tasks"):format(i, tostring(share), TASKS)
        end
      end
      return
    end
  end
  return "the batch did not come to its end"
end

-- A socket whose connections are not closed because a node stands still.
local function patient(endpoint)
  return { connect = endpoint, heartbeat_timeout = PATIENCE, handshake_ivl = PATIENCE }
end

return {
  nodes = {
    ventilator = {
      "ventilator.lua", tasks = TASKS, wait_for = WORKERS, sink = patient "@sink.results",
      workers = patient(),
    },
    worker = {
      "worker.lua", count = WORKERS,
      tasks = patient "@ventilator.workers", sink = patient "@sink.results",
    },
    sink = { "sink.lua", tasks = TASKS, results = patient() },
  },
  faults = { delay = true, slow = true, pause = { "worker", "sink" } },
  check = check,
}
