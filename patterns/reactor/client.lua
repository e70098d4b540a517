--- Client of all the protocols of the reactor's server: uses each in turn, and logs what happened.
---@type sloop.Role
local client = {
  options = {
    questions = "tcp://localhost:5555", -- where they are answered
    rounds = 1,      -- of all the steps
    apples = 20,     -- events it sends in each
    heartbeat = 500, -- ms between two to its session
    timeout = 1000,  -- ms until it asks its session again
    retries = 10,    -- tries in all, of a session and of a question
  },
  limits = {
    rounds = { min = 1 }, apples = { min = 1 },
    heartbeat = { min = 1 }, timeout = { min = 1 }, retries = { min = 1 },
  },
  state = {
    round = 0,
    sent = 0,        -- events
    heard = 0,       -- news
    expiry = 0,      -- ms of silence that end the session; 0: there is none
    beating = true,  -- sends heartbeats
    expired = false, -- was told that the session has ended
    outcome = {},    -- of the steps, for a checker
  },
  sockets = {
    news = { "sub", connect = "tcp://localhost:5556", subscribe = "NEWS", linger = 0 },
    events = { "push", connect = "tcp://localhost:5557" },
    session = { "dealer", connect = "tcp://localhost:5558" },
  },
  parts = function(options)
    return {
      ask = {
        "lazy_pirate/client", server = options.questions, retries = options.retries, requests = -1,
      },
    }
  end,
  timers = { beat = "heartbeat", event = 20 },
  on = {},
}

function client.on.news(self) self.heard = self.heard + 1 end

function client.on.session(self, word, value)
  if word == "EXPIRED" then self.expired = true end
  self:wake("session", word, value)
end

function client.on.beat(self)
  if self.beating then self.session:try_send("BEAT") end
end

-- The events leave one by one, so that AWAIT for the last must wait.
function client.on.event(self)
  if self.expiry == 0 or self.sent == self.options.apples * self.round then return end
  if self.events:try_send(self.name) then self.sent = self.sent + 1 end
end

-- Says something to the session until one of these words is the answer: the word and its value.
-- Or nil and the reason.
local function ask_session(self, answers, ...)
  for _ = 1, self.options.retries do
    self.session:send(...)
    local deadline = self:now() + self.options.timeout
    repeat
      local _, word, value = self:wait("session", math.max(0, deadline - self:now()))
      if answers[word] then return word, value end
    until self:now() >= deadline
  end
  return nil, "the server does not answer"
end

-- ---- the steps: true, or nil and the reason ----

local function begin_session(self)
  local word, value = ask_session(self, { WELCOME = true, FULL = true }, "HELLO")
  if word == "FULL" then return nil, "the server is full" end
  if not word then return nil, value end
  self.expiry = tonumber(value)
  self:log("session: welcome; it ends after %d ms of silence", self.expiry)
  return true
end

local function count_events(self)
  local heard, wanted = self.heard, self.options.apples * self.round
  local word, count = self.ask:request("AWAIT", self.name, tostring(wanted))
  if not word then return nil, "the server answers no questions" end
  self:log("events: %d sent, %s counted; %d news while it waited", self.sent, count,
    self.heard - heard)
  self.outcome.sent, self.outcome.counted = self.sent, tonumber(count)
  return true
end

local function keep_session(self)
  local ms = self.expiry + 500
  self:sleep(ms)
  local word, reason = ask_session(self, { SUM = true, WHO = true }, "ADD", "7")
  if not word then return nil, reason end
  self.outcome.kept = word == "SUM"
  self:log("session: %s after %d ms of beats", self.outcome.kept and "kept" or "lost", ms)
  return true
end

local function end_session(self)
  local ms = 2 * self.expiry
  self.beating, self.expired = false, false
  self:sleep(ms)
  local word, reason = ask_session(self, { SUM = true, WHO = true }, "ADD", "1")
  if not word then return nil, reason end
  self.outcome.ended = word == "WHO"
  if not self.outcome.ended then return nil, "a silent session was kept" end
  self:log("session: ended after %d ms of silence%s", ms, self.expired and ", and told so" or "")
  return true
end

local function go_round(self)
  self.round, self.beating = self.round + 1, true
  for _, step in ipairs { begin_session, count_events, keep_session, end_session } do
    local done, reason = step(self)
    if not done then return nil, reason end
  end
  self:note("outcome", self.outcome)
  return true
end

function client.main(self)
  while self.round < self.options.rounds do
    local done, reason = go_round(self)
    if not done then return nil, reason end
  end
end

return client
