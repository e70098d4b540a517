--- Request-reply server: answers "World" to every request.
---@type sloop.Role
local server = {
  options = {
    work = 0, -- ms it works for an answer
  },
  limits = { work = { min = 0 } },
  sockets = { clients = { "rep", bind = "tcp://*:5555" } },
  on = {},
}

function server.on.clients(self, request)
  self:log("received %s", request:sub(1, 40))
  if self.options.work > 0 then self:sleep(self.options.work) end
  return "World"
end

return server
