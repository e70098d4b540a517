--- Ten clients, a broker and three workers. They may be slow, late or stand still; none may die,
-- since nobody asks twice here.
local CLIENTS <const>, REQUESTS <const> = 10, 20

return {
  nodes = {
    broker = { "broker.lua" },
    worker = { "worker.lua", count = 3, work = 5, broker = { connect = "@broker.workers" } },
    client = {
      "client.lua", count = CLIENTS, requests = REQUESTS, broker = { connect = "@broker.clients" },
    },
  },
  faults = { pause = true, slow = true, step = true, rate = true, delay = true },
  check = function(history)
    local answered = {}
    for _, event in ipairs(history) do
      if event.kind == "answered" then answered[event.node] = event.sequence end
    end
    for i = 1, CLIENTS do
      local count = answered["client." .. i] or 0
      if count ~= REQUESTS then
        return ("client.%d has %d of %d answers"):format(i, count, REQUESTS)
      end
    end
  end,
}
