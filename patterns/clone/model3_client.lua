--- Clone, model 3: sets a key each second, and sees it as all others do, when the server says so.
local extend = require "sloop.extend_role"
local kvmsg = require "clone/kvmsg"

local on = {}

function on.set(self)
  local key = self.options.prefix .. ("%d"):format(self:random(0, 9999))
  self.setter:send(kvmsg.simple(key, 0, ("%d"):format(self:random(0, 999999))))
end

return extend(require "clone/model2_client", {
  options = {
    every = 1000, -- ms between two keys
    prefix = "",  -- they begin so
  },
  sockets = { setter = { "push", connect = "tcp://localhost:5558" } },
  timers = { set = "every" },
  on = on,
})
