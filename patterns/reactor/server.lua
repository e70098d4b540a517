--- Reactor: four protocols at once in one node, in nothing but handlers and timers.
-- Events are counted by name, questions about the counts answered, news of them published, and
-- clients have sessions that end when they fall silent. A handler that waits holds up its source
-- alone: while a question waits for its event, events, news and sessions go on.
local server = {
  options = {
    burst = 1000,    -- events it takes a tick; more wait in ZeroMQ's queue, and then their senders
    expiry = 3000,   -- ms of silence that end a session
    most = 1000,     -- names, and sessions, it keeps; there is no room for more
    patience = 2000, -- ms a question may wait for its event
    tick = 500,      -- ms between news
  },
  state = {
    counts = {},  -- name of an event -> how many there were
    names = 0,    -- of these
    taken = 0,    -- events in this tick
    ticks = 0,
    clients = {}, -- session's address -> { heard = time, sum = number }
    present = 0,  -- of these
    rejects = 0,  -- messages that made no sense, or found no room
  },
  sockets = {
    questions = { "rep", bind = "tcp://*:5555" },
    news = { "pub", bind = "tcp://*:5556" },
    events = {
      "pull", bind = "tcp://*:5557",
      when = function(self) return self.taken < self.options.burst end,
    },
    sessions = { "router", bind = "tcp://*:5558" },
  },
  timers = function(options)
    return { tick = options.tick, sweep = math.max(1, options.expiry // 4) }
  end,
  on = {},
}

-- ---- events: [name] ----

function server.on.events(self, name)
  self.taken = self.taken + 1
  local count = self.counts[name]
  if not count and self.names == self.options.most then
    self.rejects = self.rejects + 1
    return
  end
  if not count then self.names = self.names + 1 end
  self.counts[name] = (count or 0) + 1
  self:wake(name)
end

-- ---- questions: [word][argument]... -> [answer]... ----

local answers = {
  COUNT = function(self, name)
    if name then return "OK", tostring(self.counts[name] or 0) end
  end,
  AWAIT = function(self, name, number) -- answers when there are so many, or patience is over
    local wanted = tonumber(number)
    if not wanted then return nil end
    local deadline = self:now() + self.options.patience
    while (self.counts[name] or 0) < wanted and self:now() < deadline do
      self:wait(name, deadline - self:now())
    end
    return "OK", tostring(self.counts[name] or 0)
  end,
}

local function answer(self, word, ...)
  local act = answers[word]
  if act and ... then return act(self, ...) end
end

function server.on.questions(self, ...)
  local word, count = answer(self, ...)
  if word then return word, count end
  self.rejects = self.rejects + 1
  return "WHAT"
end

-- ---- sessions: [word][argument]... ----

local says = {
  HELLO = function(self, address, client)
    if not client and self.present == self.options.most then
      self.sessions:send(address, "FULL")
      return
    end
    if not client then self.present = self.present + 1 end
    self.clients[address] = { heard = self:now(), sum = client and client.sum or 0 }
    self.sessions:send(address, "WELCOME", tostring(self.options.expiry))
  end,
  BEAT = function() end, -- being heard from was the message
  ADD = function(self, address, client, number)
    client.sum = client.sum + (math.tointeger(tonumber(number or "")) or 0)
    self.sessions:send(address, "SUM", tostring(client.sum))
  end,
}

function server.on.sessions(self, address, word, ...)
  local client, act = self.clients[address], says[word or ""]
  if not act then
    self.rejects = self.rejects + 1
  elseif not client and word ~= "HELLO" then
    self.sessions:send(address, "WHO")
  else
    if client then client.heard = self:now() end
    act(self, address, client, ...)
  end
end

function server.on.sweep(self)
  for address, client in pairs(self.clients) do
    local silent = self:now() - client.heard
    if silent >= self.options.expiry then
      self.clients[address], self.present = nil, self.present - 1
      self.sessions:send(address, "EXPIRED", tostring(client.sum))
      self:note("expired", { silent = silent })
    end
  end
end

-- ---- news: [NEWS][tick][names][sessions] ----

function server.on.tick(self)
  self.taken, self.ticks = 0, self.ticks + 1
  self.news:send("NEWS", tostring(self.ticks), tostring(self.names), tostring(self.present))
end

return server
