--- Sends to a peer that may be slow, and gives up after a time limit: for a ROUTER, whose `send`
-- does not wait, and for an XPUB with `xpub_nodrop`, which gives no event when it has room again.
--
--   local patient_send = require "sloop.patient_send"
--   local sent, reason = patient_send(self, self.clients, 5000, client, "", reply)
--
-- True; or nil and "full" when the queue stayed full for that many ms. Any other reason, such as
-- "unreachable" or "closed", is returned at once. It waits, so two tasks that send to one peer have
-- to keep their order themselves.
local FIRST <const>, LONGEST <const> = 1, 20 -- ms from one try to the next

local function patient_send(self, socket, ms, ...)
  local deadline, pause
  while true do
    local sent, reason, code = socket:try_send(...)
    if sent or reason ~= "full" then return sent, reason, code end
    local now = self:now()
    deadline, pause = deadline or now + ms, pause or FIRST
    if now >= deadline then return nil, reason end
    self:sleep(math.min(pause, deadline - now))
    pause = math.min(2 * pause, LONGEST)
  end
end

return patient_send
