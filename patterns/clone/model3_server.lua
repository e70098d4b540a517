--- Clone, model 3: clients set keys. One server numbers all updates, so all see them in one order.
local extend = require "sloop.extend_role"
local kvmsg = require "clone/kvmsg"
local reject = require "sloop.reject_message"

local on = {}

function on.setters(self, ...)
  local key, _, body = kvmsg.parse_simple(...)
  if not key then return reject(self, "not a key and a value") end
  self:publish(key, body)
end

return extend(require "clone/model2_server", {
  options = { every = 0 },
  sockets = { setters = { "pull", bind = "tcp://*:5558" } },
  on = on,
})
