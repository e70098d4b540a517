--- Weather publisher: zip code, temperature and humidity, many thousand times a second.
-- It never waits: what a subscriber has no room for is lost, and the numbers tell it.
local numbers = require "publish_subscribe/numbers"
local weather = require "publish_subscribe/weather"

local MOST <const> = 20000 -- updates in one go

---@type sloop.Role
local publisher = {
  options = {
    first = 10000,  -- zip code of the first place
    zips = 1000,    -- how many places
    rate = 10000,   -- updates a second
    numbers = true, -- number the updates of each place
    updates = 0,    -- then it ends; 0: never
  },
  state = {
    id = "",
    began = 0,   -- ms
    published = 0,
    counts = {}, -- zip code -> number of its last update
  },
  sockets = { feed = { "pub", bind = "tcp://*:5556" } },
  timers = { tick = 10 },
  on = {},
}

function publisher.init(self)
  self.id, self.began = numbers.id(self:uuid()), self:now()
end

local function publish(self)
  local zip = self.options.first + self:random(0, self.options.zips - 1)
  local stamp
  if self.options.numbers then stamp = numbers.next(self.counts, self.id, zip) end
  self:note("published", { topic = ("%05d"):format(zip), id = self.id, number = self.counts[zip] })
  self.feed:send(weather.frame(zip, self:random(-80, 134), self:random(10, 59), stamp))
  self.published = self.published + 1
end

function publisher.on.tick(self)
  local due = (self:now() - self.began) * self.options.rate // 1000 - self.published
  for _ = 1, math.min(due, MOST) do
    publish(self)
    if self.published == self.options.updates then self:stop() end
  end
end

function publisher.stop(self) self:log("%d updates", self.published) end

return publisher
