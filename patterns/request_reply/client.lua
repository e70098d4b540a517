--- Request-reply client: says "Hello", waits for the answer, and says it again.
-- It waits for ever: when the answer is lost, or the server dies with the request, so does its day.
-- What to do about that is the lazy pirate's idea.

local client = {
  options = {
    requests = 10, -- then it is done; 0: endless
  },
  state = { round = 0 },
  sockets = { server = { "req", connect = "tcp://localhost:5555" } },
}

--- The answer's frames.
function client.request(self, ...)
  self.server:send(...)
  return self.server:recv()
end

function client.main(self)
  while self.options.requests == 0 or self.round < self.options.requests do
    self.round = self.round + 1
    self:log("%d: sending Hello", self.round)
    self:note("request", { id = self.round })
    local answer = self:request "Hello"
    self:note("reply", { id = self.round })
    self:log("%d: received %s", self.round, answer:sub(1, 40))
  end
end

return client
