--- Four lazy pirates, a queue and three workers. Everything but the clients may die, and anything
-- may stand still or lose its connections: in the end each client has the reply to each request.
local CLIENTS <const>, REQUESTS <const> = 4, 40

return {
  nodes = {
    queue = { "queue.lua" },
    worker = { "worker.lua", count = 3, work = 20, queue = { connect = "@queue.workers" } },
    client = {
      "lazy_pirate/client", count = CLIENTS, server = "@queue.clients",
      requests = REQUESTS, interval = 200, timeout = 1000, retries = 100,
    },
  },
  faults = {
    crash = { "queue", "worker" }, pause = true, slow = true, step = true, rate = true,
    cut = true, half_open = true, partition = true, one_way = true, delay = true,
  },
  check = function(history)
    local answered = {}
    for _, event in ipairs(history) do
      if event.text and event.text:find "answered$" then
        answered[event.node] = (answered[event.node] or 0) + 1
      elseif event.text and event.text:find "malformed reply$" then
        return ("%s has another's reply: %s"):format(event.node, event.text)
      end
    end
    for i = 1, CLIENTS do
      local count = answered["client." .. i] or 0
      if count < REQUESTS then
        return ("client.%d has %d of %d replies"):format(i, count, REQUESTS)
      end
    end
  end,
}
