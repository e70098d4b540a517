--- Sink of the reliable pipeline: confirms every result, and counts each task once.
-- As a part it hands each result to its owner.
local sink = {
  state = { seen = {}, results = 0, again = 0 }, -- seen: ids of the batch; again: repetitions
  sockets = { workers = { "router", bind = "tcp://*:5558" } },
  on = {},
}

function sink.on.workers(self, worker, id, ...)
  if not id then return end
  if self.seen[id] then
    self.again = self.again + 1
  else
    self.seen[id], self.results = true, self.results + 1
    self:note("result", { id = id })
    self:emit(id, ...)
  end
  self.workers:send(worker, id)
end

function sink.stop(self) self:log("%d results, %d of them repeated", self.results, self.again) end

return sink
