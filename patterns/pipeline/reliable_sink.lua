--- Sink of the reliable pipeline: confirms every result, and counts each task once.
-- As a part it hands each result to its owner. Asked about a task that the ventilator gives up, it
-- says whether it has the result; if not, it counts none that comes later.
local reject = require "sloop.reject_message"

---@type sloop.Role
local sink = {
  state = {
    seen = {}, -- id of a task whose result has come -> true
    void = {}, -- id of a task that was given up -> true
    results = 0, repeated = 0, -- numbers of results
    rejects = {}, -- reason -> times
  },
  sockets = { workers = { "router", bind = "tcp://*:5558" } },
  on = {},
}

-- [VOID][id] from the ventilator
local function give_up(self, ventilator, id)
  if not id then return reject(self, "VOID without a task") end
  if self.seen[id] then return self.workers:send(ventilator, id, "SEEN") end
  self.void[id] = true
  self.workers:send(ventilator, id, "VOID")
end

function sink.on.workers(self, worker, id, ...)
  if not id then return reject(self, "result without a task") end
  if id == "VOID" then return give_up(self, worker, ...) end
  if self.seen[id] or self.void[id] then
    self.repeated = self.repeated + 1
  else
    self.seen[id], self.results = true, self.results + 1
    self:note("result", { id = id })
    self:emit(id, ...)
  end
  self.workers:send(worker, id)
end

function sink.stop(self)
  self:log("%d results, %d of them repeated", self.results, self.repeated)
end

return sink
