--- Majordomo client (MDP 0.1): any number of requests at once, each within a bounded time.
-- A reply carries no number of its request, so each request in flight has a socket of its own. One
-- that brought the reply is used again after a pause, any other is closed: a late reply finds none.
local check_frames = require "sloop.check_frames"
local mdp = require "majordomo/mdp"
local queue = require "sloop.queue"
local reply_later = require "sloop.reply_later"

local PAUSE <const> = 20 -- ms, while the system has no more sockets

---@type sloop.Role
local client = {
  options = {
    broker = "tcp://localhost:5555",
    timeout = 2500, -- ms until a try is given up
    retries = 3,    -- tries in all
    pool = 100,     -- sockets kept for later requests; 0: each request has a new one
    settle = 20,    -- ms a kept socket is not used, so that a second reply shows
    service = "",   -- to ask by itself; "": its owner asks
    requests = 0,   -- number of those; 0: endless
    interval = 200, -- ms between two
  },
  limits = {
    timeout = { min = 1 }, retries = { min = 1 }, pool = { min = 0 }, settle = { min = 0 },
    service = { max = 255 }, requests = { min = 0 }, interval = { min = 0 },
  },
  state = {
    idle = queue.new(), -- { socket, since = ms }, oldest first, all connected to
    broker = "",        -- this endpoint
    sequence = 0,       -- of the last request of its own that was answered
    asked = 0,          -- of the last one it made: a reload begins `main` again
  },
}

local function close_idle(self)
  for _, idle in queue.each(self.idle) do idle.socket:close() end
  self.idle = queue.new()
end

-- A socket connected to the broker, which may be another by now: the option can be set.
local function take(self)
  if self.broker ~= self.options.broker then close_idle(self) end
  self.broker = self.options.broker
  local idle = queue.peek(self.idle)
  if idle and self:now() - idle.since >= self.options.settle then
    queue.pop(self.idle)
    if not idle.socket:recv(0) then return idle.socket end
    idle.socket:close() -- it got a second reply, and there may be a third
  end
  return self:open { "dealer", connect = self.broker, linger = 0 }
end

-- The connection of a socket without a reply may be dead, and then those of idle ones are, too.
local function give_back(self, socket, broker, replied)
  if not replied then close_idle(self) end
  local useful = replied and broker == self.broker and queue.size(self.idle) < self.options.pool
  if not useful then return socket:close() end
  queue.push(self.idle, { socket = socket, since = self:now() })
end

local function try(self, service, ...)
  local deadline, reply = self:now() + self.options.timeout, {}
  local socket, reason, code = take(self)
  while code == "EMFILE" and self:now() < deadline do
    self:sleep(math.min(PAUSE, deadline - self:now()))
    socket, reason, code = take(self)
  end
  if not socket then return nil, reason end
  local broker = self.broker
  local _ <close> = reply_later(function() give_back(self, socket, broker, reply[1] ~= nil) end)
  self:note "asked"
  socket:send(mdp.client_to_broker(service, ...))
  local left = math.max(0, deadline - self:now())
  reply = table.pack(mdp.client_from_broker(service, socket:recv(left)))
  return table.unpack(reply, 1, reply.n)
end

--- The reply's frames, or nil and "offline", within retries x timeout. At once nil and the reason,
--- if no broker would take this: a request without a name, or without a body.
function client.request(self, service, ...)
  check_frames("request", service, ...)
  local valid, reason = mdp.check_request(service, ...)
  if not valid then return nil, reason end
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
    if number > self.asked then self:note("request", { id = number, body = body }) end
    self.asked = number
    local reply, reason = self:request(service, body)
    self:note(reply and "reply" or "gave_up", { id = number, got = reply })
    if not reply then return nil, ("request %d: %s is %s"):format(number, service, reason) end
    self:log("request %d: answered %s after %d ms", number, reply:sub(1, 40), self:now() - start)
    self.sequence = number
    self:sleep(self.options.interval)
  end
end

return client
