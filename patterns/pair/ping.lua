--- Ping: sends a ball to its one peer, and logs how long the round trip took.
---@type sloop.Role
local ping = {
  options = {
    rounds = 10,    -- then it ends; 0: endless
    timeout = 2500, -- ms until a ball is lost
    interval = 200, -- ms between two rounds
  },
  limits = { rounds = { min = 0 }, timeout = { min = 1 }, interval = { min = 0 } },
  state = { round = 0 },
  sockets = { peer = { "pair", connect = "tcp://localhost:5555", linger = 0 } },
}

-- Waits for this round's ball. That of an earlier round, which was given up, is dropped.
local function catch(self, ball)
  local deadline = self:now() + self.options.timeout
  repeat
    local word, number = self.peer:recv(math.max(0, deadline - self:now()))
    if number == ball then return word end
  until not word
end

function ping.main(self)
  while self.options.rounds == 0 or self.round < self.options.rounds do
    self.round = self.round + 1
    local start, ball = self:now(), tostring(self.round)
    self:note("request", { id = ball })
    self.peer:send("ping", ball)
    local word = catch(self, ball)
    self:note(word and "reply" or "gave_up", { id = ball })
    if not word then return nil, ("ball %s is lost"):format(ball) end
    self:log("%s %s after %d ms", word:sub(1, 40), ball, self:now() - start)
    self:sleep(self.options.interval)
  end
end

return ping
