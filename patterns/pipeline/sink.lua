--- Sink: collects the results of a batch, and says how long it took.
---@type sloop.Role
local sink = {
  options = { tasks = 100 },
  limits = { tasks = { min = 1 } },
  state = { began = false, collected = 0 },
  sockets = { results = { "pull", bind = "tcp://*:5558" } },
  on = {},
}

local function finish(self)
  self:log("%d results in %d ms", self.collected, self:now() - self.began)
  self:note("batch", { results = self.collected })
  self:wake("done")
end

function sink.on.results(self)
  if not self.began then -- the first message is the ventilator's
    self.began = self:now()
    return
  end
  self.collected = self.collected + 1
  if self.collected % math.max(1, self.options.tasks // 10) == 0 then
    self:log("%d of %d", self.collected, self.options.tasks)
  end
  if self.collected == self.options.tasks then finish(self) end
end

function sink.main(self) self:wait("done") end

return sink
