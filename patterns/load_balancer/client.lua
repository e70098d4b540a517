--- Client of a load balancer: asks "Hello", again and again; it waits as long as it takes.
local client = {
  options = {
    requests = 10, -- then it is done; 0: endless
    interval = 0,  -- ms between two requests
  },
  state = { sequence = 0 },
  sockets = { broker = { "req", connect = "tcp://localhost:5555" } },
}

function client.main(self)
  while self.options.requests == 0 or self.sequence < self.options.requests do
    self.sequence = self.sequence + 1
    self.broker:send("Hello")
    local reply = self.broker:recv()
    self:note("answered", { sequence = self.sequence })
    self:log("request %d: %s", self.sequence, reply:sub(1, 40))
    self:sleep(self.options.interval)
  end
end

return client
