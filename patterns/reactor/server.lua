--- Reactor: four protocols at once in one node, in nothing but handlers and timers.
-- Events are counted by name, questions about the counts answered, news of them published, and
-- clients have sessions that end when they are silent. A handler that waits delays its own source
-- only: while a question waits for its event, events, news and sessions go on.
local reject = require "sloop.reject_message"

---@type sloop.Role
local server = {
  options = {
    burst = 1000,        -- events it takes a tick; then they, and their senders, wait
    expiry = 3000,       -- ms of silence that end a session
    max_names = 1000,    -- of events
    max_sessions = 1000,
    patience = 2000,     -- ms after which AWAIT is answered in any case
    tick = 500,          -- ms between news
  },
  limits = {
    burst = { min = 1 }, expiry = { min = 1 }, max_names = { min = 1 }, max_sessions = { min = 1 },
    patience = { min = 0 }, tick = { min = 1 },
  },
  state = {
    counts = {},  -- name of an event -> how many there were
    names = 0,    -- of these
    taken = 0,    -- events in this tick
    ticks = 0,
    clients = {}, -- address -> session: { heard = time, sum = number }
    present = 0,  -- of these
    rejects = {}, -- reason -> times
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
  if not count and self.names == self.options.max_names then
    return reject(self, "too many names of events")
  end
  if not count then self.names = self.names + 1 end
  self.counts[name] = (count or 0) + 1
  self:wake(name)
end

-- ---- questions: [word][argument]... -> [answer]... ----

local questions = {} -- by word: the answer's frames, or nothing when the question is malformed

function questions.COUNT(self, name) return "OK", tostring(self.counts[name] or 0) end

function questions.AWAIT(self, name, number)
  local wanted = tonumber(number)
  if not wanted then return nil end
  local deadline = self:now() + self.options.patience
  while (self.counts[name] or 0) < wanted and self:now() < deadline do
    self:wait(name, deadline - self:now())
  end
  return questions.COUNT(self, name)
end

local function answer(self, word, name, ...)
  local question = questions[word]
  if question and name then return question(self, name, ...) end
end

function server.on.questions(self, ...)
  local word, count = answer(self, ...)
  if word then return word, count end
  reject(self, "malformed question")
  return "WHAT"
end

-- ---- sessions: [word][argument]... ----

local function begin_session(self, address)
  if self.present == self.options.max_sessions then
    return self.sessions:send(address, "FULL")
  end
  self.present = self.present + 1
  self.clients[address] = { heard = self:now(), sum = 0 }
  self.sessions:send(address, "WELCOME", tostring(self.options.expiry))
end

local words = { BEAT = function() end } -- by what a client with a session says

function words.HELLO(self, address)
  self.sessions:send(address, "WELCOME", tostring(self.options.expiry))
end

function words.ADD(self, address, session, number)
  session.sum = session.sum + (math.tointeger(tonumber(number or "")) or 0)
  self.sessions:send(address, "SUM", tostring(session.sum))
end

function server.on.sessions(self, address, word, ...)
  local session, act = self.clients[address], words[word or ""]
  if not act then return reject(self, "unknown word in a session") end
  if not session and word == "HELLO" then return begin_session(self, address) end
  if not session then return self.sessions:send(address, "WHO") end
  session.heard = self:now()
  act(self, address, session, ...)
end

function server.on.sweep(self)
  self:note("holds", { sessions = self.present, names = self.names })
  for address, session in pairs(self.clients) do
    local silent = self:now() - session.heard
    if silent >= self.options.expiry then
      self.clients[address], self.present = nil, self.present - 1
      self.sessions:send(address, "EXPIRED", tostring(session.sum))
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
