--- The reliable pipeline under fire: workers die, are cut off and stand still; the sink restarts.
local TASKS <const> = 100

local function check(history)
  local batch, results = nil, {}
  for _, event in ipairs(history) do
    if event.kind == "batch" then batch = event end
    if event.kind == "result" then results[event.id] = true end
    if event.kind == "reported" then results[event.id] = results[event.id] or "reported" end
  end
  if not batch then return "the batch did not come to its end" end
  if batch.done + batch.reported ~= batch.sent then
    return ("%d done and %d reported of %d sent"):format(batch.done, batch.reported, batch.sent)
  end
  for id = 1, batch.sent do
    if not results[tostring(id)] then return ("task %d is neither done nor reported"):format(id) end
  end
end

return {
  nodes = {
    ventilator = { "reliable_ventilator.lua", tasks = TASKS },
    worker = {
      "reliable_worker.lua", count = 3,
      tasks = { connect = "@ventilator.workers" }, sink = { connect = "@sink.workers" },
    },
    sink = { "reliable_sink.lua" },
  },
  faults = {
    crash = { "worker", "sink" }, cut = true, half_open = true, pause = { "worker", "sink" },
    partition = true, slow = true, delay = true,
  },
  check = check,
}
