--- Freelance model 1: asks one server after the other, each for its share of the time, and begins
-- with the one that answered last. Each try has its own REQ, as the lazy pirate's: a late reply has
-- no socket left to arrive at.
local check_frames = require "sloop.check_frames"

local MIN_TRIES <const> = 3 -- also when there are fewer servers

---@type sloop.Role
local sequential = {
  options = { servers = { "tcp://localhost:5555" }, timeout = 3000 },
  limits = { timeout = { min = 1 } },
  state = { last = 1 }, -- index of the server that answered last
}

local function try(self, server, ms, ...)
  local socket <close>, reason = self:open { "req", connect = server, linger = 0 }
  if not socket then return self:warn("%s", reason) end
  socket:send(...)
  return socket:recv(ms)
end

--- The reply's frames, or nil and "offline", within `timeout` ms.
function sequential.request(self, ...)
  check_frames("request", ...)
  local servers, first = self.options.servers, self.last
  local tries = math.max(MIN_TRIES, #servers)
  for i = first, first + tries - 1 do
    local index = (i - 1) % #servers + 1
    local reply = table.pack(try(self, servers[index], self.options.timeout / tries, ...))
    if reply[1] then
      self.last = index
      return table.unpack(reply, 1, reply.n)
    end
  end
  return nil, "offline"
end

return sequential
