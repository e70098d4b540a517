--- Fuzzer: says to a broker what its protocol knows, and nonsense, on many lines.
-- What it says is drawn from self:random, so a simulated run can be repeated.
local nonsense = require "nonsense"

local fuzzer = {
  options = {
    targets = { "tcp://localhost:5555" },
    sayings = { "" }, -- see nonsense.lua
    messages = 10000,
    lines = 8,        -- connections at once
  },
  state = { lines = {} }, -- { socket =, heard = frames }
}

-- Most lines last; some are closed in the middle of whatever they were at.
local function line(self)
  local i = self:random(self.options.lines)
  if self.lines[i] and self:random(50) == 1 then
    self.lines[i].socket:close()
    self.lines[i] = nil
  end
  if not self.lines[i] then
    local target = self.options.targets[self:random(#self.options.targets)]
    local socket = self:open { "dealer", connect = target, linger = 0, sndhwm = 100 }
    self.lines[i] = { socket = socket, heard = {} }
  end
  return self.lines[i]
end

local function hear(to)
  repeat
    local frames = table.pack(to.socket:recv(0))
    if frames[1] then to.heard = frames end
  until not frames[1]
end

function fuzzer.main(self)
  for sent = 1, self.options.messages do
    local to = line(self)
    hear(to)
    to.socket:try_send(nonsense.message(self, to.heard))
    if sent % 50 == 0 then self:sleep(5) end
  end
end

return fuzzer
