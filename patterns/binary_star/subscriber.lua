--- Binary star subscriber, by itself or as a part: follows whichever of two publishers is active.
-- The owner hears on.<part>(self, "message", topic, ...), and (self, "following", endpoint, term)
-- when it hears another server or term: what was published in between may be missing.
---@type sloop.Role
local subscriber = {
  options = {
    servers = { "tcp://localhost:5001", "tcp://localhost:5002" },
    topics = { "" },  -- prefixes it subscribes to
    silence = 2000,   -- ms until the other one is asked: twice the pair's interval
    show = true,      -- a log line for each message
  },
  limits = { silence = { min = 1 } },
  state = {
    current = 1, -- the server: its number in the list
    term = 0,    -- of the server it hears; 0: it hears none
    messages = 0,
  },
  sockets = { feed = { "sub" } },
  on = {},
}

local function follow(self, server)
  self.current, self.term = server, 0
  self.feed:reopen()
  self.feed:subscribe "HUGZ"
  for _, topic in ipairs(self.options.topics) do self.feed:subscribe(topic) end
  self.feed:connect(self.options.servers[server])
end

local function on_beat(self, digits)
  local term = math.tointeger(tonumber(digits))
  if not term or term < 1 or term == self.term then return end
  self.term = term
  local endpoint = self.options.servers[self.current]
  self:log("following %s, term %d", endpoint, term)
  self:note("following", { server = self.current, term = term })
  self:emit("following", endpoint, term)
end

--- What becomes of a message; for roles made from this one.
function subscriber.received(self, topic, ...)
  self:note("received", { term = self.term, got = (...) })
  if self.options.show then self:log("%s", table.concat({ topic, ... }, " ")) end
  self:emit("message", topic, ...)
end

function subscriber.on.feed(self, topic, ...)
  self:wake("heard")
  if topic == "HUGZ" then return on_beat(self, (...)) end
  if self.term == 0 then return end -- its publisher has not said that it is active
  self.messages = self.messages + 1
  self:received(topic, ...)
end

function subscriber.main(self)
  local server = self.current
  while true do
    follow(self, server)
    repeat until not self:wait("heard", self.options.silence)
    self:warn("%s is silent", self.options.servers[server])
    server = server % #self.options.servers + 1
  end
end

return subscriber
