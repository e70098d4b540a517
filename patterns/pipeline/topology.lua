--- A batch of 100 tasks over four workers. Plain: a worker that dies loses its tasks, so none does.
local TASKS <const> = 100

return {
  nodes = {
    ventilator = {
      "ventilator.lua", tasks = TASKS, wait_for = 4, sink = { connect = "@sink.results" },
    },
    worker = {
      "worker.lua", count = 4,
      tasks = { connect = "@ventilator.workers" }, sink = { connect = "@sink.results" },
    },
    sink = { "sink.lua", tasks = TASKS },
  },
  faults = { delay = true, slow = true, pause = { "worker", "sink" } },
  check = function(history)
    for _, event in ipairs(history) do
      if event.kind == "batch" and event.results == TASKS then return end
    end
    return "the batch did not come to its end"
  end,
}
