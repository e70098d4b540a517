--- Request-reply client: says "Hello", waits for the answer, and says it again.
-- It waits for ever: when the answer is lost, or the server dies with the request, so does its day.
-- What to do about that is the lazy pirate's idea.

local client = {
  options = {
    requests = 10, -- then it is done; 0: endless
  },
  state = { sent = 0 },
  sockets = { server = { "req", connect = "tcp://localhost:5555" } },
}

--- The answer's frames.
function client.request(self, ...)
  self.server:send(...)
  return self.server:recv()
end

function client.main(self)
  while self.options.requests == 0 or self.sent < self.options.requests do
    self.sent = self.sent + 1
    self:log("%d: sending Hello", self.sent)
    self:log("%d: received %s", self.sent, self:request "Hello")
  end
end

return client
