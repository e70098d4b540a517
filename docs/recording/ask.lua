--- Ask: one request, one reply.
return {
  sockets = { greeter = { "req", connect = "tcp://127.0.0.1:5555" } },
  main = function(self)
    self.greeter:send(self.args[1] or "world")
    print(self.greeter:recv())
  end,
}
