--- A crowd that has many requests in flight, of few bytes and of many: each must have its own echo.
-- It begins when there is a worker, since a broker may refuse requests that nobody serves.
local crowd = {
  options = { broker = "", tasks = 8, requests = 10, timeout = 60000, retries = 1 },
  parts = function(options)
    return { ask = { "majordomo/client", broker = options.broker, timeout = options.timeout,
                     retries = options.retries, pool = 4 } }
  end,
  state = { left = 0 },
}

function crowd.ask_all(self, task)
  for number = 1, self.options.requests do
    local id = ("%s/%d/%d"):format(self.name, task, number)
    local body = ("x"):rep(2 ^ self:random(6, 16) // 1)
    self:note("request", { id = id })
    local got, echo = self.ask:request("echo", id, body)
    local kind = got and "reply" or "gave_up"
    self:note(kind, { id = id, got = echo == body and got or "something else" })
    self:sleep(self:random(0, 200))
  end
  self.left = self.left - 1
  if self.left == 0 then self:wake "done" end
end

function crowd.main(self)
  while self.ask:request("mmi.service", "echo") ~= "200" do self:sleep(100) end
  self.left = self.options.tasks
  for task = 1, self.options.tasks do self:spawn("ask_all", task) end
  self:wait "done"
end

return crowd
