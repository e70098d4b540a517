--- A batch whose workers all stop with its end.
local TASKS <const> = 50
local LATEST <const> = 1250 -- ms a worker may outlive the sink: a heartbeat, and looking

return {
  nodes = {
    ventilator = {
      "../pipeline/ventilator.lua", tasks = TASKS, wait_for = 3,
      sink = { connect = "@sink.results" },
    },
    worker = {
      "worker.lua", count = 3, tasks = { connect = "@ventilator.workers" },
      sink = { connect = "@sink.results" }, control = { connect = "@sink.control" },
    },
    sink = { "sink.lua", tasks = TASKS },
  },
  faults = { delay = { 1, 50 } },
  check = function(history)
    local ended, workers = nil, 0
    for _, event in ipairs(history) do
      if event.kind == "killed" then ended = event.time end
      if event.kind == "stop" and event.node:find "^worker" then
        workers = workers + 1
        if ended and event.time > ended + LATEST then
          return ("%s stopped %.0f ms after the batch"):format(event.node, event.time - ended)
        end
      end
    end
    if not ended then return "the batch did not come to its end" end
    if workers < 3 then return ("only %d of 3 workers stopped"):format(workers) end
  end,
}
