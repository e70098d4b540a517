--- Client of a shared queue: sends "Hello", again and again; it waits for a reply without end.
---@type sloop.Role
local client = {
  options = {
    requests = 10, -- then it ends; 0: endless
    interval = 0,  -- ms between two requests
  },
  limits = { requests = { min = 0 }, interval = { min = 0 } },
  state = { sequence = 0 },
  sockets = { broker = { "req", connect = "tcp://localhost:5559", linger = 0 } },
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
