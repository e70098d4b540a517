--- Clone, model 4: follows a subtree. Others' updates have numbers, too, so that a loss can't be
-- seen by them any more; CHP counts the updates of a subtree.
local extend = require "sloop.extend_role"

local SUBTREE <const> = "/client/"

return extend(require "clone/model3_client", {
  options = { prefix = SUBTREE },
  sockets = { updates = { "sub", connect = "tcp://localhost:5557", subscribe = SUBTREE } },
  ask = function(self) self.snapshot:send("ICANHAZ?", SUBTREE) end,
  is_gap = function() return false end,
})
