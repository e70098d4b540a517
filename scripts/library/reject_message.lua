--- Counts what a role does not take from its peers, by reason, and logs each reason once: a peer
-- must not fill the disk. `self.rejects` is a state, { reason = times }; reasons are few.
local function reject(self, reason)
  local times = (self.rejects[reason] or 0) + 1
  self.rejects[reason] = times
  if times == 1 then self:warn("rejected: %s; said once, counted from now on", reason) end
end

return reject
