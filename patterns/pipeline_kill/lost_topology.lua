--- KILL under faults: workers are cut off when it is sent, or come too late for it, and still stop.
-- A batch that does not end, since tasks were lost with a worker, proves nothing.
local LATEST <const> = 2500 -- ms: a heartbeat, looking, and that a silent connection is noticed

-- When each worker stopped for the last time, when it last began, and when the sink ended.
local function read(history)
  local began, stopped, killed = {}, {}, nil
  for _, event in ipairs(history) do
    if event.kind == "killed" then killed = event.time end
    if event.node and event.node:find "^worker" then
      if event.kind == "start" or event.kind == "restart" then
        began[event.node], stopped[event.node] = event.time, nil
      elseif event.kind == "stop" or event.kind == "crash" then
        stopped[event.node] = event.time
      end
    end
  end
  return began, stopped, killed
end

return {
  nodes = {
    ventilator = {
      "../pipeline/ventilator.lua", tasks = 20, wait_for = 3, sink = { connect = "@sink.results" },
    },
    worker = {
      "worker.lua", count = 3, tasks = { connect = "@ventilator.workers" },
      sink = { connect = "@sink.results" }, control = { connect = "@sink.control" },
    },
    sink = { "sink.lua", tasks = 20 },
  },
  duration = 10000,
  quiet = 5000,
  faults = {
    crash = { "worker" }, cut = true, half_open = true, partition = true, delay = true,
    step = { every = { 20, 2000 } },
  },
  check = function(history)
    local began, stopped, killed = read(history)
    if not killed then return end
    for worker, start in pairs(began) do
      local late = (stopped[worker] or math.huge) - math.max(start, killed)
      if late > LATEST then return ("%s stopped %.0f ms too late"):format(worker, late - LATEST) end
    end
  end,
}
