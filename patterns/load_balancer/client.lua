--- Client of a load balancer: asks "Hello", again and again; it waits for a reply without end.
---@type sloop.Role
local client = {
  options = {
    requests = 10,   -- then it ends; 0: endless
    interval = 0,    -- ms between two requests
    routing_id = "", -- a printable one, for the Guide's lbbroker1; "": ZeroMQ makes one up
  },
  limits = { requests = { min = 0 }, interval = { min = 0 }, routing_id = { max = 255 } },
  state = { sequence = 0 },
  sockets = function(options)
    local id = options.routing_id
    return {
      broker = { "req", connect = "tcp://localhost:5555", linger = 0,
                 routing_id = id ~= "" and id or nil },
    }
  end,
}

function client.main(self)
  while self.options.requests == 0 or self.sequence < self.options.requests do
    self.sequence = self.sequence + 1
    self:note("request", { id = self.sequence })
    self.broker:send("Hello")
    local reply = self.broker:recv()
    self:note("reply", { id = self.sequence })
    self:log("request %d: %s", self.sequence, reply:sub(1, 40))
    self:sleep(self.options.interval)
  end
end

return client
