--- Three lazy pirates, a queue and three workers. Workers may die and come back, and clients lose
-- their connections: in the end each client has the reply to each request. The queue may not die,
-- nor workers lose their connection to it: this pattern has no remedy for that.
local CLIENTS <const>, REQUESTS <const> = 3, 40

return {
  nodes = {
    queue = { "queue.lua" },
    worker = { "worker.lua", count = 3, work = 20, broker = { connect = "@queue.workers" } },
    client = {
      "lazy_pirate/client", count = CLIENTS, server = "@queue.clients",
      requests = REQUESTS, interval = 200, timeout = 1000, retries = 100,
    },
  },
  faults = {
    crash = { "worker" }, pause = true, slow = true, step = true, rate = true, delay = true,
    cut = { "client" }, half_open = { "client" }, partition = { "client" },
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
