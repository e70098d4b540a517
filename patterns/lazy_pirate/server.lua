--- Lazy pirate server: answers with what it was asked, and can play dead.
local server = {
  options = {
    work = 0,        -- ms it works for an answer
    crash_after = 0, -- so many requests it serves; the next one kills it; 0: none does
    slow_after = 0,  -- so many requests it serves; then one takes too long; 0: none does
    pause = 5000,    -- ms that one takes
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
    self.clients:close() -- nobody is told, nothing is answered
    self:stop(nil, "crashed, as --crash-after asked for")
  end
  if is_next(self, self.options.slow_after) then
    self:warn("request %d: taking a nap of %d ms", self.requests, self.options.pause)
    self:sleep(self.options.pause)
  end
  self:sleep(self.options.work)
  self:log("request %d: answered", self.requests)
  return ...
end

return server
