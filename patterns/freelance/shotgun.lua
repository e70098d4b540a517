--- Freelance model 2: asks all servers at once and takes the first reply.
-- Each server has a connection of its own, so each gets each request once per shot, and one that is
-- away holds up nobody.
local flp = require "freelance/flp"
local reject = require "sloop.reject_message"

local SHOTS <const> = 3 -- a request may have been lost, or a server have come up

local barrel = { -- one server's
  sockets = { server = { "dealer", sndhwm = 100 } }, -- a server's work when it was away
  on = {},
}

function barrel.on.server(self, ...) self:emit(...) end

local shotgun = {
  options = { servers = { "tcp://localhost:5555" }, timeout = 3000 },
  state = {
    number = 0,   -- of the latest request
    rejects = {}, -- reason -> times
  },
  parts = function(options)
    local function connect(i) return options.servers[i] end
    return { barrels = { barrel, count = #options.servers, server = { connect = connect } } }
  end,
  on = {},
}

local function heard(self, number, ...)
  if not number then return reject(self, (...)) end
  self:wake(number, ...) -- the second reply wakes nobody
end

function shotgun.on.barrels(self, ...) heard(self, flp.from_shot(...)) end

--- The reply's frames, or nil and "offline", within `timeout` ms.
function shotgun.request(self, ...)
  self.number = self.number + 1
  local number = tostring(self.number)
  for _ = 1, SHOTS do
    for _, each in ipairs(self.barrels) do each.server:try_send("", number, ...) end
    local reply = table.pack(self:wait(number, self.options.timeout / SHOTS))
    if reply[1] then return table.unpack(reply, 2, reply.n) end
  end
  return nil, "offline"
end

return shotgun
