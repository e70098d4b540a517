--- Client of all the protocols of the reactor: uses each, and tells what happened.
local client = {
  options = {
    questions = "tcp://localhost:5555", -- where they are answered
    apples = 20,    -- events it sends
    timeout = 1000, -- ms until it says something again to its session
    tries = 10,
  },
  state = { began = false, beating = true, heard = 0, sent = 0, expired = false },
  sockets = {
    news = { "sub", connect = "tcp://localhost:5556", subscribe = "NEWS" },
    events = { "push", connect = "tcp://localhost:5557" },
    session = { "dealer", connect = "tcp://localhost:5558" },
  },
  parts = function(options)
    return {
      ask = {
        "lazy_pirate/client", server = options.questions, retries = options.tries, requests = -1,
      },
    }
  end,
  timers = { beat = 500, event = 20 },
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

-- The events come one by one, so that who awaits the last must wait.
function client.on.event(self)
  if self.sent == self.options.apples or not self.began then return end
  if self.events:try_send(self.name) then self.sent = self.sent + 1 end
end

-- What the session answers: a word of those wanted, and its value. Asks again when there is none.
local function say(self, wanted, ...)
  for _ = 1, self.options.tries do
    self.session:send(...)
    local deadline = self:now() + self.options.timeout
    repeat
      local _, word, value = self:wait("session", math.max(0, deadline - self:now()))
      if wanted[word] then return word, value end
    until self:now() >= deadline
  end
  return nil, "the server does not answer"
end

local function begin(self)
  local word, expiry = say(self, { WELCOME = true, FULL = true }, "HELLO")
  if word ~= "WELCOME" then return nil, expiry or "the server is full" end
  self.began = true
  self:log("session: welcome; it ends after %s ms of silence", expiry)
  return tonumber(expiry)
end

local function count_events(self)
  local heard = self.heard
  local word, count = self.ask:request("AWAIT", self.name, tostring(self.options.apples))
  if not word then return nil, "nobody answers questions" end
  self:log("events: %d sent, %s counted; %d news while it waited", self.sent, count,
    self.heard - heard)
  return tonumber(count)
end

local function keep(self, expiry)
  self:sleep(expiry + 500)
  local word, sum = say(self, { SUM = true, WHO = true }, "ADD", "7")
  if not word then return nil, sum end
  self:log("session: %s after %d ms of beats", word == "SUM" and "kept" or "lost", expiry + 500)
  return word == "SUM"
end

local function fall_silent(self, expiry)
  self.beating, self.expired = false, false
  self:sleep(2 * expiry)
  local word, sum = say(self, { SUM = true, WHO = true }, "ADD", "1")
  if not word then return nil, sum end
  self:log("session: %s after %d ms of silence%s", word == "WHO" and "ended" or "kept", 2 * expiry,
    self.expired and ", and told so" or "")
  return word == "WHO"
end

--- Each step in turn; what came of it, or nil and the reason.
function client.main(self)
  local expiry, why = begin(self)
  if not expiry then return nil, why end
  local counted, kept, ended
  counted, why = count_events(self)
  if counted == nil then return nil, why end
  kept, why = keep(self, expiry)
  if kept == nil then return nil, why end
  ended, why = fall_silent(self, expiry)
  if ended == nil then return nil, why end
  self:note("story", { counted = counted, sent = self.sent, kept = kept, ended = ended })
  if not ended then return nil, "a silent session was kept" end
end

return client
