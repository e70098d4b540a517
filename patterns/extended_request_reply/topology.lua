--- Three clients, a shared queue and two workers. Workers may be slow and connections late; none
-- may die, since nobody asks twice here.
local REQUESTS <const> = 10

return {
  nodes = {
    broker = { "broker.lua" },
    worker = { "worker.lua", count = 2, work = 5, services = { connect = "@broker.services" } },
    client = {
      "client.lua", count = 3, requests = REQUESTS, broker = { connect = "@broker.clients" },
    },
  },
  faults = { delay = true, slow = true, pause = true },
  check = function(history)
    local answered = {}
    for _, event in ipairs(history) do
      if event.kind == "answered" then answered[event.node] = (answered[event.node] or 0) + 1 end
    end
    for i = 1, 3 do
      local count = answered["client." .. i] or 0
      if count ~= REQUESTS then
        return ("client.%d has %d of %d answers"):format(i, count, REQUESTS)
      end
    end
  end,
}
