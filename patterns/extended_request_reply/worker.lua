--- Worker of a shared queue: answers "World" to every request.
---@type sloop.Role
local worker = {
  options = {
    work = 0, -- ms it works for an answer
  },
  limits = { work = { min = 0 } },
  state = { requests = 0 },
  sockets = { services = { "rep", connect = "tcp://localhost:5560" } },
  on = {},
}

function worker.on.services(self, request)
  self.requests = self.requests + 1
  self:note("begin", { request = self.requests })
  self:log("request %d: %s", self.requests, request:sub(1, 40))
  if self.options.work > 0 then self:sleep(self.options.work) end
  return "World"
end

return worker
