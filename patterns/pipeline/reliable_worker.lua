--- Worker of the reliable pipeline: asks for tasks, and keeps a result until the sink has it.
-- As a part, its owner's handler does the work; by itself it works for as many ms as a task says.
local credit = require "pipeline/credit"

local worker = {
  options = {
    credit = 10,   -- tasks at once
    resend = 1000, -- ms until a result that the sink did not confirm is sent again
  },
  state = { held = {}, done = 0 }, -- held: ids of the tasks in hand
  sockets = {
    tasks = { "dealer", connect = "tcp://localhost:5557" },
    sink = { "dealer", connect = "tcp://localhost:5558" },
  },
  timers = { beat = 1000 },
  on = {},
}

function worker.init(self) self:begin() end

function worker.begin(self) self.tasks:send("READY", tostring(self.options.credit)) end

local function work(self, ...)
  local result = table.pack(self:emit(...))
  if result.n > 0 then return result end
  local ms = (... or ""):match "^%d%d?%d?%d?%d?$" -- other words take no time
  self:sleep(tonumber(ms) or 0)
  return table.pack(...)
end

function worker.process(self, id, ...)
  local result = work(self, ...)
  repeat
    self.sink:send(id, table.unpack(result, 1, result.n))
  until self:wait(id, self.options.resend)
  self.held[id], self.done = nil, self.done + 1
  self.tasks:send("DONE", id)
end

local hears = {
  task = function(self, id, ...)
    if self.held[id] then return end -- given again by a ventilator that thought us dead
    self.held[id] = true
    self:spawn("process", id, ...) -- as many as our credit, and again that many if we begin anew
  end,
  who = function(self) self:begin() end,
}

local function hear(self, word, ...)
  if word then hears[word](self, ...) end
end

function worker.on.tasks(self, ...) hear(self, credit.hear_ventilator(...)) end
function worker.on.sink(self, id) self:wake(id) end
function worker.on.beat(self) self.tasks:send("BEAT") end

return worker
