--- Worker of the reliable pipeline: asks for tasks, and keeps a result until the sink has it.
-- As a part, its owner's handler does the work; run alone it works for as many ms as a task says.
local credit = require "pipeline/credit"
local reject = require "sloop.reject_message"
local reply_later = require "sloop.reply_later"

---@type sloop.Role
local worker = {
  options = {
    credit = 10,      -- tasks at once
    resend = 1000,    -- ms until what was not confirmed is sent again
    heartbeat = 1000, -- ms between two; the same as the ventilator's
  },
  limits = {
    credit = { min = 1, max = credit.MAX }, resend = { min = 1 }, heartbeat = { min = 1 },
  },
  state = {
    held = {}, -- id -> true: tasks in hand, until the ventilator knows that they are done
    working = 0, -- tasks it works on now
    done = 0,
    rejects = {}, -- reason -> times
  },
  sockets = {
    tasks = { "dealer", connect = "tcp://localhost:5557" },
    sink = { "dealer", connect = "tcp://localhost:5558" },
  },
  timers = { beat = "heartbeat" },
  on = {},
}

local function ready(self)
  self.tasks:send(credit.ready_to_ventilator(self.options.credit, self.held))
end

function worker.init(self) ready(self) end

local function work(self, ...)
  local result = table.pack(self:emit(...))
  if result.n > 0 then return result end
  local ms = (... or ""):match "^%d%d?%d?%d?%d?$" -- any other task takes no time
  self:sleep(tonumber(ms) or 0)
  return table.pack(...)
end

-- Sends until it is confirmed: `key` is woken for that.
local function deliver(self, socket, key, ...)
  repeat
    socket:send(...)
  until self:wait(key, self.options.resend)
end

-- A ventilator that took this worker for dead may give more than its credit: what another one has
-- done meanwhile is still in work here.
local function take_turn(self, id, ...)
  while self.working >= self.options.credit do self:wait "free" end
  self.working = self.working + 1
  local _ <close> = reply_later(function()
    self.working = self.working - 1
    self:wake "free"
  end)
  self:note("begin", { request = id })
  local result = work(self, ...)
  self:note("done", { request = id })
  return result
end

function worker.process(self, id, ...)
  local result = take_turn(self, id, ...)
  deliver(self, self.sink, "result " .. id, id, table.unpack(result, 1, result.n))
  self.done = self.done + 1
  deliver(self, self.tasks, "done " .. id, "DONE", id)
  self.held[id] = nil
end

local commands = { who = ready } -- by what the ventilator says

function commands.task(self, id, ...)
  if self.held[id] then return end -- given again by a ventilator that took this worker for dead
  self.held[id] = true
  self:spawn("process", id, ...)
end

function commands.ok(self, id) self:wake("done " .. id) end

local function from_ventilator(self, command, ...)
  if not command then return reject(self, (...)) end
  commands[command](self, ...)
end

function worker.on.tasks(self, ...) from_ventilator(self, credit.from_ventilator(...)) end

function worker.on.sink(self, id) self:wake("result " .. id) end

function worker.on.beat(self)
  local held = 0
  for _ in pairs(self.held) do held = held + 1 end
  self:note("holds", { tasks = held })
  self.tasks:try_send("BEAT")
end

return worker
