--- Greeter: answers each request, and counts.
local greeter = {
  state   = { count = 0 },
  sockets = { clients = { "rep", bind = "tcp://127.0.0.1:5555" } },
  on      = {},
}

function greeter.on.clients(self, name)
  self.count = self.count + 1
  return ("hello %s (%d)"):format(name, self.count)
end

return greeter
