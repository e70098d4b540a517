--- Sends messages for as long as it lives.
local push = {
  options = { size = 10 },
  sockets = { data = { "push", bind = "tcp://*:5555" } },
}

function push.main(self)
  local body = ("x"):rep(self.options.size)
  while true do
    for _ = 1, 1000 do self.data:send(body) end
    self:sleep(0) -- a receiver that is faster leaves room for ever, and then nothing waits
  end
end

return push
