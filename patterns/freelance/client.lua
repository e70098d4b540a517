--- Freelance client: several servers, no broker. `strategy` says how they are asked: `sequential`,
-- `shotgun` and `complex` are models 1, 2 and 3, each a part with a method `request`.
local check_frames = require "sloop.check_frames"

---@type sloop.Role
local client = {
  options = {
    servers = { "tcp://localhost:5555", "tcp://localhost:5556" },
    strategy = "sequential",
    timeout = 3000, -- ms a request may take in all
    requests = 0,   -- then it ends; 0: endless; -1: none, its owner asks
    interval = 200, -- ms between two requests
  },
  limits = {
    strategy = { "sequential", "shotgun", "complex" }, timeout = { min = 1 },
    requests = { min = -1 }, interval = { min = 0 },
  },
  state = { sequence = 0 },
  parts = function(options)
    return { pool = { "freelance/" .. options.strategy,
                      servers = options.servers, timeout = options.timeout } }
  end,
}

--- The reply's frames, or nil and "offline".
function client.request(self, ...)
  check_frames("request", ...)
  return self.pool:request(...)
end

function client.main(self)
  while self.options.requests == 0 or self.sequence < self.options.requests do
    self.sequence = self.sequence + 1
    self:note("request", { id = self.sequence })
    local since, ask = self:now(), tostring(self.sequence)
    local reply = table.pack(self:request(ask))
    local status, last = reply[1], reply[reply.n]
    self:note(status and "reply" or "gave_up", { id = self.sequence, got = status and last })
    if not status then return nil, ("request %s: all servers are %s"):format(ask, last) end
    self:log("request %s: %s after %d ms", ask, status:sub(1, 40), self:now() - since)
    self:sleep(self.options.interval)
  end
end

return client
