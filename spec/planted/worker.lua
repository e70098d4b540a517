--- A worker of the small broker: says every 200 ms whether it is idle, works for a while, answers.
local worker = {
  options = { work = 150 },
  state = { working = false },
  sockets = { broker = { "dealer", heartbeat_ivl = 0 } },
  timers = { beat = 200 },
  on = {},
}

function worker.on.broker(self, key)
  self.working = true
  self:sleep(self.options.work)
  self.working = false
  self.broker:send(self.name, "idle", key)
end

function worker.on.beat(self) self.broker:send(self.name, self.working and "working" or "idle") end

return worker
