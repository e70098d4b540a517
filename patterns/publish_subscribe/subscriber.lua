--- Weather subscriber: the average temperature of one place, and how many updates were lost.
-- It may connect to any number of publishers; each numbers its own updates.
local losses = require "publish_subscribe/losses"
local reject = require "sloop.reject_message"
local weather = require "publish_subscribe/weather"

---@type sloop.Role
local subscriber = {
  options = {
    zip = "10001",
    updates = 100, -- then it ends; 0: never
  },
  state = {
    count = 0, total = 0, -- updates, and the sum of their temperatures
    unnumbered = 0,       -- of these without a number
    losses = losses.new(),
    rejects = {},         -- reason -> messages
  },
  sockets = function(options)
    return {
      feed = { "sub", connect = "tcp://localhost:5556", subscribe = weather.prefix(options.zip) },
    }
  end,
  timers = { tell = 1000 },
  on = {},
}

local function check_number(self, zip, stamp)
  if stamp then return losses.hear(self, zip, stamp) end
  self.unnumbered = self.unnumbered + 1
  if self.unnumbered == 1 then self:warn("updates without numbers: lost ones can't be seen") end
  return true
end

local function is_done(self) return self.count == self.options.updates and self.count > 0 end

local function take(self, zip, degrees, humidity, stamp)
  if is_done(self) then return end -- the node ends, and still reads
  if not zip then return reject(self, degrees) end
  if not check_number(self, zip, stamp) then return end
  self.count, self.total = self.count + 1, self.total + degrees
  self:emit(zip, degrees, humidity)
  if is_done(self) then self:wake("done") end
end

function subscriber.on.feed(self, ...) take(self, weather.parse(...)) end

subscriber.on.tell = losses.tell

function subscriber.main(self) self:wait("done") end

function subscriber.stop(self)
  losses.tell(self)
  if self.count == 0 then return self:log("no updates") end
  self:log("average temperature of %s: %dF over %d updates; %d lost in between", self.options.zip,
    self.total // self.count, self.count, self.losses.lost)
end

return subscriber
