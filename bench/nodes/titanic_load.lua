--- Load for a titanic: `requests` stored, `window` at a time; with --fetch each is also
-- fetched and closed. Prints how many, and in how many seconds.
local load = {
  options = { endpoint = "", requests = 10000, window = 1000, fetch = false, size = 100 },
  state = { sent = 0, done = 0 },
  sockets = { broker = { "dealer", sndhwm = 100000, rcvhwm = 100000 } },
  on = {},
}

local POLL <const> = 20 -- ms
local BODY <const> = ("x"):rep(4096)

-- Only stored: one DEALER has all of them in flight, since only their number counts.
local function store(self)
  if self.sent == self.options.requests then return end
  self.sent = self.sent + 1
  self.broker:send("", "MDPC01", "titanic.request", "echo", BODY:sub(1, self.options.size))
end

function load.on.broker(self, _, _, _, status, reason)
  if status ~= "200" then error(status .. " " .. tostring(reason)) end
  self.done = self.done + 1
  store(self)
  if self.done == self.options.requests then self:wake "done" end
end

-- Stored, executed, fetched and closed: a reply has no number, so each has a DEALER to itself.
local function lane(self)
  local socket <close> = self:open { "dealer", connect = self.options.endpoint }
  local function ask(service, ...)
    socket:send("", "MDPC01", service, ...)
    local _, _, _, status, body = socket:recv()
    return status, body
  end
  while self.sent < self.options.requests do
    self.sent = self.sent + 1
    local status, uuid = ask("titanic.request", "echo", BODY:sub(1, self.options.size))
    assert(status == "200", uuid)
    repeat
      self:sleep(POLL)
      status = ask("titanic.reply", uuid)
    until status ~= "300"
    assert(status == "200")
    assert(ask("titanic.close", uuid) == "200")
    self.done = self.done + 1
  end
  if self.done == self.options.requests then self:wake "done" end
end

-- The clock begins when the titanic answers.
local function wait_for_titanic(self)
  local reply
  repeat
    local req <close> = self:open { "req", connect = self.options.endpoint, linger = 0 }
    req:send("MDPC01", "titanic.close", "nothing")
    reply = req:recv(500)
  until reply ~= nil
end

function load.main(self)
  wait_for_titanic(self)
  local since = self:now()
  if self.options.fetch then
    for _ = 1, self.options.window do self:spawn(lane) end
  else
    self.broker:connect(self.options.endpoint)
    for _ = 1, self.options.window do store(self) end
  end
  self:wait "done"
  print(self.done, (self:now() - since) / 1000)
end

return load
