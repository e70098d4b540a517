--- Client: asks for ten greetings, waiting a second for each.
return {
  sockets = { greeter = { "dealer", connect = "tcp://127.0.0.1:5555" } },
  main = function(self)
    for i = 1, 10 do
      self:sleep(500)
      self.greeter:send("", "client " .. i)
      local empty, reply = self.greeter:recv(1000)
      self:note("asked", { number = i, reply = empty and reply or "none" })
    end
  end,
}
