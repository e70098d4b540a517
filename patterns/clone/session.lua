--- A replica and one server: it listens first, then asks for a snapshot, and again when it must.
-- `self` is the replica: its phase is "listening", "asking", or "synced".
local chp = require "clone/chp"
local replica_map = require "clone/replica_map"

local session = {}

-- A client that gets HUGZ has its subscription to the subtree, which it asked for before.
local function listen(self, server)
  self.phase, self.early, self.trouble = "listening", {}, ""
  self.feed:reopen()
  self.feed:subscribe(self.options.subtree)
  self.feed:subscribe("HUGZ")
  self.feed:connect(chp.endpoint(server, chp.UPDATES))
  return self:wait("heard", self.options.patience) and self.trouble == ""
end

local function sync(self, server)
  local options = self.options
  self.phase, self.early, self.trouble = "asking", {}, ""
  self.asked = self:now()
  local map, bye = chp.fetch(self, server, options.subtree, options.patience, options.silence)
  if not map or self.trouble ~= "" then return false end
  if not replica_map.replace(self, map, bye) then self.trouble = "another term" end
  return true
end

--- Follows this server until it is silent or passive; gaps and new terms are mended.
function session.follow(self, server)
  local go_on = listen(self, server)
  while go_on and sync(self, server) do
    local heard
    repeat heard = self.trouble ~= "" or self:wait("heard", self.options.silence)
    until not heard or self.trouble ~= ""
    go_on = self.trouble == "gap" or self.trouble == "another term"
    if self.following then self:log("%s: %s", server, heard and self.trouble or "silent") end
  end
  self.phase = "listening"
end

return session
