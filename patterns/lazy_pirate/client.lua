--- Lazy pirate client: reliable request-reply, all on the client's side. A REQ that missed a reply
-- is stuck: each try has its own, which `<close>` shuts however it ends; a late reply finds none.
local check_frames = require "sloop.check_frames"

---@type sloop.Role
local client = {
  options = {
    server = "tcp://localhost:5555",
    timeout = 2500, -- ms until a try is given up
    retries = 3,    -- tries in all
    requests = 0,   -- then it ends; 0: endless; -1: none, its owner asks
    interval = 200, -- ms between two requests
  },
  limits = { timeout = { min = 1 }, retries = { min = 1 }, interval = { min = 0 } },
  state = { sequence = 0 },
}

local function try(self, ...)
  local server <close>, reason = self:open { "req", connect = self.options.server, linger = 0 }
  if not server then return nil, reason end
  self:note "asked"
  server:send(...)
  return server:recv(self.options.timeout)
end

--- The reply's frames, or nil and "offline", within retries x timeout.
function client.request(self, ...)
  check_frames("request", ...)
  for left = self.options.retries - 1, 0, -1 do
    local reply = table.pack(try(self, ...))
    if reply[1] then return table.unpack(reply, 1, reply.n) end
    self:warn("no reply (%s), tries on a new socket left: %d", reply[2], left)
  end
  return nil, "offline"
end

function client.main(self)
  while self.options.requests == 0 or self.sequence < self.options.requests do
    self.sequence = self.sequence + 1
    self:note("request", { id = self.sequence })
    local ask = tostring(self.sequence)
    local reply, err = self:request(ask)
    self:note(reply and "reply" or "gave_up", { id = self.sequence, got = reply })
    if not reply then return nil, ("request %s: %s is %s"):format(ask, self.options.server, err) end
    self:log("request %s: %s", ask, reply == ask and "answered" or "malformed reply")
    self:sleep(self.options.interval)
  end
end

return client
