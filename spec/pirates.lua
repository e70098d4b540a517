--- What specs of load balancer and pirates over tcp share.
local helper = require "spec.helper"
local wire = require "spec.wire"

local pirates = {
  BOTH = { "clients", "workers" }, -- sockets of a queue
}

-- A worker that takes so long, and says when it begins.
local SLOW <const> = [[
local worker = require "%s/worker"
return worker.serve(function(self, ...)
  self:log("working on %%s", (...))
  self:sleep(self.options.work)
  return ...
end)
]]

-- Asks as a DEALER for echoes of so many frames, those too many among them. One worker keeps order.
pirates.FRAMES = [[
  local peer, body = connect(self, "dealer", AT.clients), {}
  for count = 1, 254 do
    body[count] = "x"
    if count == 1 or count > 249 then peer:send("", table.unpack(body)) end
  end
  peer:send("", "last")
  repeat
    local reply = table.pack(assert(peer:recv(15000)))
    if reply[2] ~= "last" then most = reply.n - 1 end
  until reply[2] == "last"
  same(MOST, most)
]]

--- A client with these arguments.
function pirates.lazy(at, ...)
  return wire.start("lazy_pirate/client", {}, { "--server=" .. at.clients, ... })
end

--- A worker of this pattern that takes `work` ms, and says when it begins.
function pirates.slow_role(pattern)
  return helper.write(helper.folder() .. "/slow.lua", SLOW:format(pattern))
end

return pirates
