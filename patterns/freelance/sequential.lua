--- Freelance model 1: asks one server after the other, each for its share of the time.
-- Every try has its own REQ, as the lazy pirate's: a late reply has no socket left to arrive at.
local LEAST <const> = 3 -- tries, also when servers are fewer

local sequential = {
  options = { servers = { "tcp://localhost:5555" }, timeout = 3000 },
}

local function try(self, server, ms, ...)
  local socket <close>, reason = self:open { "req", connect = server, linger = 0 }
  if not socket then return self:warn("%s", reason) end
  socket:send(...)
  return socket:recv(ms)
end

--- The reply's frames, or nil and "offline", within `timeout` ms.
function sequential.request(self, ...)
  local servers = self.options.servers
  local tries = math.max(LEAST, #servers)
  for i = 0, tries - 1 do
    local server = servers[i % #servers + 1]
    local reply = table.pack(try(self, server, self.options.timeout / tries, ...))
    if reply[1] then return table.unpack(reply, 1, reply.n) end
  end
  return nil, "offline"
end

return sequential
