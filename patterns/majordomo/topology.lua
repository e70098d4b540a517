--- Three clients, a broker, three workers. All but the clients may die, anything may stand still
-- or lose its connections: in the end each client has the reply to each of its requests.
local CLIENTS <const>, REQUESTS <const> = 3, 40

local function wrong_reply(event, asked)
  if event.kind == "request" then asked[event.node] = event.body end
  if event.kind ~= "reply" or event.body == asked[event.node] then return nil end
  return ("%s asked '%s' and has %s"):format(event.node, asked[event.node], tostring(event.body))
end

return {
  nodes = {
    broker = { "broker.lua", heartbeat = 500, retries = 1000 },
    worker = {
      "echo.lua", count = 3, heartbeat = 500, work = 50, broker = { connect = "@broker.router" },
    },
    client = {
      "client.lua", count = CLIENTS, service = "echo", broker = "@broker.router",
      requests = REQUESTS, timeout = 1000, retries = 100,
    },
  },
  faults = {
    crash = { "broker", "worker" }, pause = true, slow = true, step = true, rate = true,
    cut = true, half_open = true, partition = true, one_way = true, delay = true,
  },
  check = function(history)
    local asked, replies = {}, {}
    for _, event in ipairs(history) do
      local wrong = wrong_reply(event, asked)
      if wrong then return wrong end
      if event.kind == "reply" then replies[event.node] = (replies[event.node] or 0) + 1 end
    end
    for i = 1, CLIENTS do
      local count = replies["client." .. i] or 0
      if count < REQUESTS then
        return ("client.%d has %d of %d replies"):format(i, count, REQUESTS)
      end
    end
  end,
}
