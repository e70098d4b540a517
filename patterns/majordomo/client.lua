--- Majordomo client (MDP 0.1): any number of requests at once, each with its own bounded life.
-- A reply carries no request's number, so a request in flight has a socket to itself, its lane. One
-- that brought the reply is used again; any other is closed, and a late reply finds nobody.
local defer = require "sloop.reply_later"
local mdp = require "majordomo/mdp"

local PAUSE <const> = 20 -- ms, while there are as many sockets as there may be

local client = {
  options = {
    broker = "tcp://localhost:5555",
    timeout = 2500, -- ms until a try is given up
    retries = 3,    -- tries in all
    pool = 100,     -- lanes kept for requests to come
    service = "",   -- asked for by itself; "": it only does what its owner wants
    requests = 0,   -- so many of those; 0: endless
    interval = 200, -- ms between two
  },
  state = {
    lanes = {},   -- idle ones, all connected to
    broker = "",  -- this endpoint
    sequence = 0, -- of the last request it made by itself
  },
}

local function close_idle(self)
  for _, lane in ipairs(self.lanes) do lane:close() end
  self.lanes = {}
end

-- Connected to the broker, which may be another by now: by a reload, or because the option was set.
local function take(self)
  if self.broker ~= self.options.broker then close_idle(self) end
  self.broker = self.options.broker
  local lane = table.remove(self.lanes)
  if lane and not lane:recv(0) then return lane end
  if lane then lane:close() end -- an idle one that says something has been answered twice
  return self:open { "dealer", connect = self.broker, linger = 0 }
end

-- A lane that brought no reply may be dead without knowing it, and so may those that idle.
local function give_back(self, lane, broker, replied)
  if not replied then close_idle(self) end
  local useful = replied and broker == self.broker and #self.lanes < self.options.pool
  if useful then table.insert(self.lanes, lane) else lane:close() end
end

local function try(self, service, ...)
  local deadline, reply = self:now() + self.options.timeout, {}
  local lane, reason, code = take(self)
  while code == "EMFILE" and self:now() < deadline do
    self:sleep(math.min(PAUSE, deadline - self:now()))
    lane, reason, code = take(self)
  end
  if not lane then return nil, reason end
  local broker = self.broker
  local _ <close> = defer(function() give_back(self, lane, broker, reply[1] ~= nil) end)
  lane:send(mdp.client_to_broker(service, ...))
  local left = math.max(0, deadline - self:now())
  reply = table.pack(mdp.client_from_broker(service, lane:recv(left)))
  return table.unpack(reply, 1, reply.n)
end

--- The reply's frames, or nil and "offline", within retries x timeout. At once nil and the reason,
--- if no broker would take this: a request without a name, or without a body.
function client.request(self, service, ...)
  local good, reason = mdp.check_request(service, ...)
  if not good then return nil, reason end
  for left = self.options.retries - 1, 0, -1 do
    local reply = table.pack(try(self, service, ...))
    if reply[1] then return table.unpack(reply, 1, reply.n) end
    self:warn("%s: %s, %s", service, reply[2],
      left > 0 and ("trying again on a new socket, %d left"):format(left) or "giving up")
  end
  return nil, "offline"
end

function client.main(self)
  local service, requests = self.options.service, self.options.requests
  while service ~= "" and (requests == 0 or self.sequence < requests) do
    local number, start = self.sequence + 1, self:now()
    local body = ("%s %d"):format(self.name, number)
    self:note("request", { id = number, body = body })
    local reply, reason = self:request(service, body)
    self:note(reply and "reply" or "gave_up", { id = number, got = reply })
    if not reply then return nil, ("request %d: %s is %s"):format(number, service, reason) end
    self:log("request %d: answered %s after %d ms", number, reply:sub(1, 40), self:now() - start)
    self.sequence = number
    self:sleep(self.options.interval)
  end
end

return client
