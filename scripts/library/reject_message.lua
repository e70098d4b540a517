--- Counts messages that a role rejects, by reason, and logs each reason once, so that a peer can't
-- fill the log. `self.rejects` is a field of the state, { reason = times }.
local function reject(self, reason)
  local times = (self.rejects[reason] or 0) + 1
  self.rejects[reason] = times
  if times == 1 then self:warn("rejected: %s (from now on only counted)", reason) end
end

return reject
