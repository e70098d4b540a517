--- Ventilator: distributes tasks to workers. A task is a number of ms to work for.
-- It begins when enough workers have connected, since the first would get too much, and when the
-- sink has, which gets the start of the batch. Tasks go to the workers in turn, busy or not.
---@type sloop.Role
local ventilator = {
  options = {
    tasks = 100,
    wait_for = 1, -- workers, before it begins
    most = 100,   -- ms of the longest task
  },
  limits = { tasks = { min = 0 }, wait_for = { min = 0 }, most = { min = 1 } },
  state = { joined = 0, has_sink = false, tasks_sent = 0 },
  sockets = {
    workers = { "push", bind = "tcp://*:5557", events = "joined" },
    sink = { "push", connect = "tcp://localhost:5558", events = "connected" },
  },
  on = {},
}

function ventilator.on.joined(self, event)
  if event ~= "handshake_succeeded" then return end
  self.joined = self.joined + 1
  self:wake("joined")
end

function ventilator.on.connected(self, event)
  if event ~= "handshake_succeeded" then return end
  self.has_sink = true
  self:wake("joined")
end

function ventilator.main(self)
  while self.joined < self.options.wait_for or not self.has_sink do self:wait("joined") end
  self.sink:send("0") -- the batch begins
  local total = 0
  while self.tasks_sent < self.options.tasks do
    local ms = self:random(1, self.options.most)
    self.workers:send(tostring(ms))
    self.tasks_sent, total = self.tasks_sent + 1, total + ms
  end
  self:log("%d tasks sent: %d ms of work in all", self.tasks_sent, total)
end

return ventilator
