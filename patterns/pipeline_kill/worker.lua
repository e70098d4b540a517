--- Worker that stops with its batch: when the sink says KILL, or when the sink is gone.
-- A KILL can be lost, and a worker can come too late for it, but no worker outlives its sink by
-- more than one heartbeat. Its sockets hardly linger: what is not sent by then is for a dead sink.
---@type sloop.Role
local worker = {
  options = {
    heartbeat = 1000, -- ms without a connection to the sink after which it is gone
  },
  limits = { heartbeat = { min = 1 } },
  state = { done = 0, connected = false, since = 0 }, -- ms: when `connected` became so
  sockets = {
    tasks = { "pull", connect = "tcp://localhost:5557" },
    sink = { "push", connect = "tcp://localhost:5558", linger = 100 },
    control = {
      "sub", connect = "tcp://localhost:5559", subscribe = "", events = "monitor", linger = 0,
      heartbeat_ivl = 300, heartbeat_timeout = 600,
    },
  },
  timers = function(options) return { look = math.max(1, options.heartbeat // 4) } end,
  on = {},
}

function worker.init(self) self.since = self:now() end

function worker.on.tasks(self, task)
  self:sleep(tonumber(task:match "^%d%d?%d?%d?%d?$") or 0) -- any other task takes no time
  self.done = self.done + 1
  self.sink:send("")
end

function worker.on.monitor(self, event)
  if event ~= "handshake_succeeded" and event ~= "disconnected" then return end
  self.connected, self.since = event == "handshake_succeeded", self:now()
end

function worker.on.control(self) self:wake("end", "told to stop") end

function worker.on.look(self)
  local alone = not self.connected and self:now() - self.since >= self.options.heartbeat
  if alone then self:wake("end", "the sink is gone") end
end

function worker.main(self)
  local _, why = self:wait("end")
  self:log("%d tasks done; %s", self.done, why)
end

return worker
