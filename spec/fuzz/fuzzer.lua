--- Fuzzer: sends a broker frames that are random, or valid and then mutated, on many connections.
-- What it says is drawn from self:random, so a simulated run can be repeated.
local fuzzer = {
  options = {
    targets = { "tcp://localhost:5555" },
    words = { "" },   -- frames the protocol knows
    messages = 10000,
    lines = 8,        -- connections at once
  },
  state = { lines = {} },
}

local function bytes(self)
  local made = {}
  for i = 1, self:random(0, 12) do made[i] = string.char(self:random(0, 255)) end
  return table.concat(made)
end

local function known(self) return self.options.words[self:random(#self.options.words)] end

local function mutated(self, frame)
  local at = self:random(0, #frame)
  local act = self:random(3)
  if act == 1 then return frame:sub(1, at) end
  if act == 2 then return frame:sub(1, at) .. bytes(self) .. frame:sub(at + 1) end
  return frame .. frame
end

local function frame(self)
  local kind = self:random(10)
  if kind <= 6 then return known(self) end
  if kind <= 8 then return bytes(self) end
  return mutated(self, known(self))
end

local function message(self)
  local frames = {}
  for i = 1, self:random(1, 8) do frames[i] = frame(self) end
  return frames
end

-- Most lines last; some are closed in the middle of whatever they were at.
local function line(self)
  local i = self:random(self.options.lines)
  if self.lines[i] and self:random(50) == 1 then
    self.lines[i]:close()
    self.lines[i] = nil
  end
  if not self.lines[i] then
    local target = self.options.targets[self:random(#self.options.targets)]
    self.lines[i] = self:open { "dealer", connect = target, linger = 0, sndhwm = 100 }
  end
  return self.lines[i]
end

function fuzzer.main(self)
  for sent = 1, self.options.messages do
    local to = line(self)
    to:try_send(table.unpack(message(self)))
    while to:recv(0) do end -- answers are not wanted, but read
    if sent % 50 == 0 then self:sleep(5) end
  end
end

return fuzzer
