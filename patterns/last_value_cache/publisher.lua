--- Publishes every topic once, as soon as there is a subscriber, and then one of them at a time.
---@type sloop.Role
local publisher = {
  options = {
    topics = 1000,
    interval = 1000, -- ms from one update to the next
    updates = 0,     -- then it ends; 0: never
  },
  state = { id = "", number = 0, heard = false },
  sockets = { feed = { "xpub", bind = "tcp://*:5557", sndhwm = 100000 } },
  on = {},
}

function publisher.init(self) self.id = self:uuid():sub(1, 8) end

function publisher.on.feed(self)
  self.heard = true
  self:wake("heard")
end

local function publish(self, index, text)
  self.number = self.number + 1
  local topic = ("%03d"):format(index)
  local value = ("%s %s %d"):format(text, self.id, self.number)
  self:note("published", { topic = topic, value = value })
  self.feed:send(topic, value)
end

function publisher.main(self)
  if not self.heard then self:wait("heard") end
  local topics = self.options.topics
  for index = 0, topics - 1 do publish(self, index, "Save Roger") end
  while self.options.updates == 0 or self.number < topics + self.options.updates do
    self:sleep(self.options.interval)
    publish(self, self:random(0, topics - 1), "Off with his head!")
  end
end

return publisher
