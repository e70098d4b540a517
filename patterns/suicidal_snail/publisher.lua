--- Publishes the time, each ms: the date, and what a subscriber needs to see how late it is.
local numbers = require "publish_subscribe/numbers"
local stamp = require "suicidal_snail/stamp"

---@type sloop.Role
local publisher = {
  options = {
    interval = 1,      -- ms
    date_only = false, -- say no more than the Guide's publisher
  },
  state = { id = "", number = 0 },
  sockets = { feed = { "pub", bind = "tcp://*:5556" } },
  timers = { tick = "interval" },
  on = {},
}

function publisher.init(self) self.id = numbers.id(self:uuid()) end

function publisher.on.tick(self)
  self.number = self.number + 1
  if self.options.date_only then return self.feed:send(tostring(self:wall())) end
  self.feed:send(stamp.frame(self:wall(), self.id, self.number, self:now()))
end

return publisher
