--- Freelance model 3 (FLP, RFC 10): asks the first living server in the list, then the next.
-- ROUTER to ROUTER, a connection for each server. Only servers that were heard lately are asked.
local check_frames = require "sloop.check_frames"

local MIN_SHARES <const> = 3 -- the time is divided by the number of servers, or by this
local PAUSE <const> = 50     -- ms, while no server lives

---@type sloop.Role
local complex = {
  options = {
    servers = { "tcp://localhost:5555" },
    timeout = 3000,   -- ms a request may take in all
    heartbeat = 2000, -- ms between two PINGs to a server
    liveness = 3,     -- PINGs in silence after which it is dead
  },
  limits = { timeout = { min = 1 }, heartbeat = { min = 1 }, liveness = { min = 1 } },
  state = { control = 0 }, -- of the latest request
  parts = function(options)
    local function connect(i) return options.servers[i] end
    return { connections = {
      "freelance/connection", count = #options.servers, server = { connect = connect },
      heartbeat = options.heartbeat, liveness = options.liveness,
    } }
  end,
  on = {},
}

-- A late reply wakes no task.
function complex.on.connections(self, control, ...) self:wake(control, ...) end

local function choose(self, tried)
  for _, connection in ipairs(self.connections) do
    if connection.living and not tried[connection] then return connection end
  end
end

-- The frames of a reply, within `ms`; nothing when there is none.
local function await(self, control, ms)
  local reply = table.pack(self:wait(control, ms))
  if reply[1] then return table.unpack(reply, 2, reply.n) end
end

--- The reply's frames, the first of which is its status; or nil and "offline", within `timeout` ms.
function complex.request(self, ...)
  check_frames("request", ...)
  self.control = self.control + 1
  local control, tried = tostring(self.control), {}
  local share = self.options.timeout / math.max(MIN_SHARES, #self.connections)
  local deadline = self:now() + self.options.timeout
  repeat
    local left = math.max(0, deadline - self:now())
    local connection = choose(self, tried)
    local reply
    if connection then
      tried[connection] = true
      connection:ask(control, ...)
      reply = table.pack(await(self, control, math.min(left, share)))
      connection:forget(control)
      if not reply[1] then connection:doubt() end
    else -- none lives, or all were tried, and may be again
      tried = {}
      reply = table.pack(await(self, control, math.min(left, PAUSE)))
    end
    if reply[1] then return table.unpack(reply, 1, reply.n) end
  until self:now() >= deadline
  return nil, "offline"
end

return complex
