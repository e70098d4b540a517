--- Suicidal snail: a subscriber that ends with an error when it can't keep up, so that its
-- operator learns of it. Exit status 3 is this and nothing else.
local lateness = require "suicidal_snail/lateness"
local reject = require "sloop.reject_message"
local stamp = require "suicidal_snail/stamp"

local TOO_LATE <const> = 3

---@type sloop.Role
local snail = {
  options = {
    limit = 1000, -- ms it may be late
    work = 1,     -- ms for a message, when it is no part
  },
  state = { lateness = lateness.new(), messages = 0, rejects = {} },
  sockets = { feed = { "sub", connect = "tcp://localhost:5556", subscribe = "" } },
  on = {},
}

local function take(self, got, reason)
  if not got then return reject(self, reason) end
  self.messages = self.messages + 1
  local late = lateness.measure(self.lateness, self:now(), got)
  if late > self.options.limit then
    self:note("late", { late = late })
    self:stop(nil, ("%.0f ms late, more than %d: this subscriber cannot keep up"):format(late,
      self.options.limit), TOO_LATE)
  end
  self:emit(got.date)
  if self.options.work > 0 then self:sleep(self.options.work) end
end

function snail.on.feed(self, ...) take(self, stamp.parse(...)) end

function snail.stop(self)
  self:log("%d messages; %.0f ms late with the last", self.messages, self.lateness.late)
end

return snail
