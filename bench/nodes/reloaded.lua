--- A desk that answers each order with a word of its own, which is what the reloads change.
-- Written as a role with accounts would be: the bench measures how long it takes to replace it.

local WORD <const> = "0"

local LIMIT <const> = 1000 -- orders that are remembered
local KINDS <const> = { buy = 1, sell = -1 }

local desk = {
  options = { limit = LIMIT, report = 60000 },
  state = {
    orders = {},  -- number -> { kind, size, client }, the last ones only
    accounts = {}, -- id -> { orders, volume }
    first = 1, last = 0,
    position = 0, volume = 0, rejected = 0,
  },
  sockets = { clients = { "router", bind = "tcp://*:5555", sndhwm = 0, rcvhwm = 0 } },
  timers = { report = "report", sweep = 1000 },
  on = {},
}

local function is_number(text)
  local number = tonumber(text)
  return number ~= nil and number == number and math.abs(number) ~= math.huge
end

local function account(self, id)
  local found = self.accounts[id]
  if not found then
    found = { orders = 0, volume = 0 }
    self.accounts[id] = found
  end
  return found
end

local function remember(self, order)
  self.last = self.last + 1
  self.orders[self.last] = order
  while self.last - self.first >= self.options.limit do
    self.orders[self.first] = nil
    self.first = self.first + 1
  end
end

local function book(self, id, kind, size)
  local client = account(self, id)
  client.orders = client.orders + 1
  client.volume = client.volume + size
  self.volume = self.volume + size
  self.position = self.position + KINDS[kind] * size
  remember(self, { kind = kind, size = size, client = id })
end

local commands = { -- what each command of a client does
  order = function(self, id, kind, size)
    if not KINDS[kind] or not is_number(size) then
      self.rejected = self.rejected + 1
      return "rejected"
    end
    book(self, id, kind, tonumber(size))
    return "booked"
  end,
  position = function(self) return tostring(self.position) end,
  volume = function(self, id) return tostring(account(self, id).volume) end,
  ping = function() return "pong" end,
}

--- How many clients have orders.
function desk.count(self)
  local count = 0
  for _, client in pairs(self.accounts) do
    if client.orders > 0 then count = count + 1 end
  end
  return count
end

--- The mean size of the orders that are remembered.
function desk.mean(self)
  local sum, count = 0, 0
  for i = self.first, self.last do
    sum, count = sum + self.orders[i].size, count + 1
  end
  return count > 0 and sum / count or 0
end

function desk.on.clients(self, id, number, command, ...)
  local act = commands[command]
  self:answer(id, number, act and act(self, id, ...) or "unknown")
end

--- Answer a client: the number of its request, and how it went.
function desk.answer(self, id, number, answer) self.clients:send(id, number, WORD, answer) end

function desk.on.sweep(self)
  for id, client in pairs(self.accounts) do
    if client.orders == 0 then self.accounts[id] = nil end
  end
end

function desk.on.report(self)
  self:log("%d clients, mean %.2f, %d rejected", self:count(), self:mean(), self.rejected)
end

return desk
