--- Request-reply client: sends "Hello", waits for the answer, and sends it again.
-- It waits without end: when the request or its answer is lost, so is the client. The lazy pirate
-- has a remedy.
local check_frames = require "sloop.check_frames"

---@type sloop.Role
local client = {
  options = {
    requests = 10, -- then it ends; 0: endless
    interval = 0,  -- ms between two requests
  },
  limits = { requests = { min = 0 }, interval = { min = 0 } },
  state = { round = 0 },
  sockets = { server = { "req", connect = "tcp://localhost:5555", linger = 0 } },
}

--- The answer's frames.
function client.request(self, ...)
  check_frames("request", ...)
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
    if self.options.interval > 0 then self:sleep(self.options.interval) end
  end
end

return client
