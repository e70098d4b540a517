--- Sink that ends the batch: when it has all results, it tells the workers to stop.
-- An XPUB receives subscriptions, so it repeats KILL until no worker is subscribed.
---@type sloop.Role
local sink = {
  options = {
    tasks = 100,
    patience = 1000, -- ms it repeats KILL for workers that do not stop
  },
  limits = { tasks = { min = 1 }, patience = { min = 0 } },
  state = { collected = -1, listeners = 0 }, -- -1: the first message says that the batch begins
  sockets = {
    results = { "pull", bind = "tcp://*:5558" },
    control = { "xpub", bind = "tcp://*:5559", xpub_verboser = true },
  },
  on = {},
}

function sink.on.control(self, subscription)
  local byte = subscription:byte()
  if byte == 1 then self.listeners = self.listeners + 1 end
  if byte == 0 then self.listeners = self.listeners - 1 end
  self:wake("listeners")
end

function sink.on.results(self)
  self.collected = self.collected + 1
  if self.collected == self.options.tasks then self:wake("done") end
end

function sink.main(self)
  self:wait("done")
  self:log("%d results: stopping %d workers", self.collected, self.listeners)
  local deadline = self:now() + self.options.patience
  repeat
    self.control:send("KILL")
    self:wait("listeners", 50)
  until self.listeners <= 0 or self:now() >= deadline
  self:note("killed", { left = self.listeners })
end

return sink
