--- Clone, model 4: a client may ask for a part of the map, the keys below a subtree.
local extend = require "sloop.extend_role"
local kvmsg = require "clone/kvmsg"
local reject = require "sloop.reject_message"

local on = {}

function on.snapshot(self, client, word, subtree, ...)
  if word ~= "ICANHAZ?" or not subtree or ... or #subtree > kvmsg.MOST_KEY then
    return reject(self, "not ICANHAZ? and a subtree")
  end
  self:deliver(client, subtree)
end

return extend(require "clone/model3_server", { on = on })
