--- Binary star client, by itself or as a part: asks the server that answered last, and the other
-- one when that falls silent. Requests may overlap: each has a REQ of its own while it is in
-- flight, and one that brought the reply is used again.
local reply_later = require "sloop.reply_later"

---@type sloop.Role
local client = {
  options = {
    servers = { "tcp://localhost:5001", "tcp://localhost:5002" },
    timeout = 1000,  -- ms until a try is given up,
    settle = 1000,   -- and, once, until the other server is asked: in all twice the pair's interval
    retries = 10,    -- tries in all; 0: endless
    pool = 100,      -- sockets kept for requests to come
    requests = 0,    -- that it makes by itself; 0: endless; -1: none, only what its owner wants
    interval = 1000, -- ms between two
  },
  limits = {
    timeout = { min = 1 }, settle = { min = 0 }, retries = { min = 0 }, pool = { min = 0 },
    requests = { min = -1 }, interval = { min = 0 },
  },
  state = {
    current = 1,  -- the server that is asked: its number in the list
    idle = {},    -- { socket, endpoint } of requests that were answered
    sequence = 0, -- of the last request it made by itself
  },
}

local function close_idle(self)
  for _, lane in ipairs(self.idle) do lane.socket:close() end
  self.idle = {}
end

local function take(self, endpoint)
  local lane = table.remove(self.idle)
  if lane and lane.endpoint == endpoint then return lane end
  if lane then lane.socket:close() end
  local socket, reason = self:open { "req", connect = endpoint, linger = 0 }
  return socket and { socket = socket, endpoint = endpoint }, reason
end

-- A lane without its reply is stuck, and those that idle may be dead without knowing it.
local function give_back(self, lane, replied)
  if not replied then close_idle(self) end
  local useful = replied and #self.idle < self.options.pool
  if useful then table.insert(self.idle, lane) else lane.socket:close() end
end

local function try(self, endpoint, ...)
  local lane, reason = take(self, endpoint)
  if not lane then
    self:sleep(self.options.timeout) -- others give theirs back meanwhile
    return nil, reason
  end
  local reply = { n = 0 }
  local _ <close> = reply_later(function() give_back(self, lane, reply[1] ~= nil) end)
  lane.socket:send(...)
  reply = table.pack(lane.socket:recv(self.options.timeout))
  return table.unpack(reply, 1, reply.n)
end

-- Unless another task has done so.
local function switch(self, from)
  if self.current ~= from then return end
  self.current = from % #self.options.servers + 1
  self:log("asking %s from now on", self.options.servers[self.current])
end

--- The reply's frames, or nil and "offline", after at most settle + retries x timeout.
function client.request(self, ...)
  local tries = 0
  repeat
    local asked = self.current
    local endpoint = self.options.servers[asked] or self.options.servers[1]
    local reply = table.pack(try(self, endpoint, ...))
    if reply[1] then return table.unpack(reply, 1, reply.n) end
    self:warn("%s: %s", endpoint, reply[2])
    if tries == 0 then self:sleep(self.options.settle) end -- then the other one may take over
    switch(self, asked)
    tries = tries + 1
  until tries == self.options.retries
  return nil, "offline"
end

function client.main(self)
  local requests = self.options.requests
  while requests == 0 or self.sequence < requests do
    local number, since = self.sequence + 1, self:now()
    self:note("request", { id = number })
    local reply, reason = self:request(tostring(number))
    self:note(reply and "reply" or "gave_up", { id = number, got = reply })
    if not reply then return nil, ("request %d: both servers are %s"):format(number, reason) end
    self:log("request %d: answered %s after %d ms", number, reply:sub(1, 40), self:now() - since)
    self.sequence = number
    self:sleep(self.options.interval)
  end
end

return client
