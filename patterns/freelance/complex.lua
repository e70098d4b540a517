--- Freelance model 3 (FLP, RFC 10): asks the first living server in the list, then the next.
-- ROUTER to ROUTER, a line to each server. Only who was heard lately is asked.
local LEAST <const> = 3  -- tries that the time is divided by, also when servers are fewer
local PAUSE <const> = 50 -- ms, while there is nobody to ask

local complex = {
  options = { servers = { "tcp://localhost:5555" }, timeout = 3000, ping = 2000, liveness = 3 },
  state = { control = 0 }, -- of the latest request
  parts = function(options)
    local function connect(i) return options.servers[i] end
    return { lines = { "freelance/line", count = #options.servers, server = { connect = connect },
                       ping = options.ping, liveness = options.liveness } }
  end,
  on = {},
}

function complex.on.lines(self, control, ...) self:wake(control, ...) end -- a late one wakes nobody

local function choose(self, tried)
  for _, line in ipairs(self.lines) do
    if line.living and not tried[line] then return line end
  end
end

--- The reply's frames, the first of which is its status; or nil and "offline", within `timeout` ms.
function complex.request(self, ...)
  self.control = self.control + 1
  local control, tried = tostring(self.control), {}
  local share = self.options.timeout / math.max(LEAST, #self.lines)
  local deadline = self:now() + self.options.timeout
  repeat
    local line = choose(self, tried)
    local left = math.max(0, deadline - self:now())
    if line then line:ask(control, ...) else tried = {} end
    local reply = table.pack(self:wait(control, math.min(left, line and share or PAUSE)))
    if reply[1] then return table.unpack(reply, 2, reply.n) end
    if line then
      line:doubt()
      tried[line] = true
    end
  until self:now() >= deadline
  return nil, "offline"
end

return complex
