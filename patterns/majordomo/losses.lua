--- What a broker does not do, told so that peers can't fill a disk with it: noted and counted each
-- time, but logged once for each reason, or once a beat.
local losses = {}

--- Something is not done, for one of few reasons.
function losses.omit(self, reason, service)
  self.omitted[reason] = (self.omitted[reason] or 0) + 1
  self:note("omitted", { reason = reason, service = service })
  if self.omitted[reason] == 1 then self:warn("%s (further ones are only counted)", reason) end
end

--- Requests that had been accepted are given up: "gave_up" after too many tries, or "expired".
function losses.give_up(self, kind, service, count)
  self:note(kind, { service = service, count = count })
  self.given_up = self.given_up + count
  self.latest = service
end

--- Once a beat.
function losses.tell(self)
  if self.given_up == 0 then return end
  self:warn("requests given up: %d, the last for service %s", self.given_up, self.latest)
  self.given_up = 0
end

return losses
