--- Worker of a pipeline: works for as many ms as a task says, and tells the sink.
---@type sloop.Role
local worker = {
  state = { done = 0 },
  sockets = {
    tasks = { "pull", connect = "tcp://localhost:5557" },
    sink = { "push", connect = "tcp://localhost:5558" },
  },
  on = {},
}

function worker.on.tasks(self, task)
  self:sleep(tonumber(task:match "^%d%d?%d?%d?%d?$") or 0) -- any other task takes no time
  self.done = self.done + 1
  self:note("done", { count = self.done })
  self.sink:send("")
end

function worker.stop(self) self:log("%d tasks done", self.done) end

return worker
