--- What a broker drops: noted and counted each time, but logged once for each reason, or once a
--- heartbeat, so that peers cannot fill a disk with it.
local reject = require "sloop.reject_message"

local drop_log = {}

--- The broker's state `drops`.
function drop_log.new() return { given_up = 0, service = "" } end

--- A message that is invalid or beyond a limit, for one of few reasons.
function drop_log.drop(self, reason, service)
  self:note("dropped", { reason = reason, service = service })
  reject(self, reason)
end

--- `count` accepted requests for a service will not be answered: "gave_up" after too many tries, or
--- "expired".
function drop_log.give_up(self, kind, service, count)
  if count == 0 then return end
  self:note(kind, { service = service, count = count })
  self.drops.given_up, self.drops.service = self.drops.given_up + count, service
end

--- Once a heartbeat: logs the requests that were given up, and notes what the broker holds.
function drop_log.report(self)
  local drops, workers = self.drops, 0
  for _ in pairs(self.workers) do workers = workers + 1 end
  self:note("holds", {
    workers = workers, services = self.requests.names, bytes = self.requests.bytes,
  })
  if drops.given_up == 0 then return end
  self:warn("requests given up: %d, the last for service %s", drops.given_up, drops.service)
  drops.given_up = 0
end

return drop_log
