--- Clone, model 1: publishes updates of a map, and keeps it. A late client misses what was before.
local kvmsg = require "clone/kvmsg"

---@type sloop.Role
local server = {
  options = { every = 10 }, -- ms between two updates
  state = { seq = 0, map = {} }, -- key -> body
  sockets = { updates = { "pub", bind = "tcp://*:5556" } },
  timers = { update = "every" },
  on = {},
}

function server.on.update(self)
  local key, body = ("%d"):format(self:random(0, 9999)), ("%d"):format(self:random(0, 999999))
  self.seq = self.seq + 1
  self.map[key] = body
  self.updates:send(kvmsg.simple(key, self.seq, body))
end

return server
