--- Clone, model 1: follows a server's updates. Its map has what it heard, no more.
local kvmsg = require "clone/kvmsg"
local reject = require "sloop.reject_message"

---@type sloop.Role
local client = {
  state = { map = {}, count = 0, rejects = {} },
  sockets = { updates = { "sub", connect = "tcp://localhost:5556", subscribe = "" } },
  timers = { tell = 1000 },
  on = {},
}

function client.on.updates(self, ...)
  local key, seq, body = kvmsg.parse_simple(...)
  if not key then return reject(self, seq) end
  self.map[key] = body
  self.count = self.count + 1
end

function client.on.tell(self) self:log("%d updates", self.count) end

return client
