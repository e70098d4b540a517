--- Lazy pirate server: echoes requests, and can simulate a crash and a long delay.
---@type sloop.Role
local server = {
  options = {
    work = 0,        -- ms it works for an answer
    crash_after = 0, -- requests after which it crashes with the next one; 0: never
    slow_after = 0,  -- requests after which the next one takes `pause`; 0: never
    pause = 5000,    -- ms
  },
  limits = {
    work = { min = 0 }, crash_after = { min = 0 }, slow_after = { min = 0 }, pause = { min = 0 },
  },
  state = { requests = 0 },
  sockets = { clients = { "rep", bind = "tcp://*:5555" } },
  on = {},
}

local function is_next(self, after) return after > 0 and self.requests == after + 1 end

function server.on.clients(self, ...)
  self.requests = self.requests + 1
  if is_next(self, self.options.crash_after) then
    self:warn("request %d: crashing without an answer", self.requests)
    self.clients:close()
    self:stop(nil, "crashed, as --crash-after asked for")
  end
  if is_next(self, self.options.slow_after) then
    self:warn("request %d: sleeping for %d ms", self.requests, self.options.pause)
    self:sleep(self.options.pause)
  end
  self:sleep(self.options.work)
  self:log("request %d: answered", self.requests)
  return ...
end

return server
