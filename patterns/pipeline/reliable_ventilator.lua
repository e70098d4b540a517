--- Ventilator of the reliable pipeline: every task is done, or reported as lost.
-- A worker gets as many tasks as it asked for (its credit). Those of a silent worker go to others,
-- until a task has no tries left; then the sink says whether it has the result or never takes it.
-- Silence is counted in heartbeats, not read from a clock.
local check_frames = require "sloop.check_frames"
local credit = require "pipeline/credit"
local queue = require "sloop.queue"
local reject = require "sloop.reject_message"

---@type sloop.Role
local ventilator = {
  options = {
    tasks = 100,      -- number of them
    most = 100,       -- ms of the longest task
    tries = 3,        -- of each task, with one worker each
    heartbeat = 1000, -- ms between two; the same as the workers'
    liveness = 3,     -- heartbeats a worker may miss before it is dead
  },
  limits = {
    tasks = { min = 0 }, most = { min = 1 }, tries = { min = 1 }, heartbeat = { min = 1 },
    liveness = { min = 1 },
  },
  state = {
    tasks = {},   -- id -> task, until it is done or reported: { id, tries, position = in `queued`,
                  --   worker = address of the one relied on, holders = { address = true }, frames;
                  --   voided = true when the sink was asked about it, whose word is final }
    queued = queue.new(), -- tasks that wait for a worker
    lost = {},    -- id -> heartbeats since its last try failed
    known = {},   -- address -> worker: { free = tasks, silent = heartbeats, has = { id = true } }
    sequence = 0, done = 0, reported = 0, -- numbers of tasks
    rejects = {}, -- reason -> times
  },
  sockets = {
    workers = { "router", bind = "tcp://*:5557" },
    sink = { "dealer", connect = "tcp://localhost:5558", linger = 0 },
  },
  timers = { beat = "heartbeat" },
  on = {},
}

-- The worker it was given to is gone.
local function take_back(self, task)
  task.worker = nil
  if task.tries < self.options.tries then
    task.position = queue.push_front(self.queued, task)
  else
    self.lost[task.id] = 0
  end
end

-- This worker has the task.
local function rely_on(self, task, address)
  if task.voided then return end
  if task.position then queue.remove(self.queued, task, task.position) end
  task.position, self.lost[task.id] = nil, nil
  task.worker, task.holders[address] = task.worker or address, true
end

local function remove_task(self, task)
  if task.position then queue.remove(self.queued, task, task.position) end
  self.tasks[task.id], self.lost[task.id] = nil, nil
end

local function finish(self, task)
  remove_task(self, task)
  self.done = self.done + 1
end

local function report(self, task)
  remove_task(self, task)
  self.reported = self.reported + 1
  self:note("reported", { id = task.id })
  self:warn("task %s is given up after %d tries", task.id, task.tries)
end

local function remove_worker(self, address)
  local worker = self.known[address]
  self.known[address] = nil
  for id in pairs(worker.has) do
    local task = self.tasks[id]
    if task and task.worker == address then take_back(self, task) end
  end
end

-- Gives a worker tasks as far as its credit goes.
local function feed(self, address, worker)
  while worker.free > 0 and not queue.empty(self.queued) do
    local task = queue.peek(self.queued)
    if not self.workers:send(address, "TASK", task.id, table.unpack(task)) then
      return remove_worker(self, address) -- its connection is closed
    end
    rely_on(self, task, address)
    task.tries, worker.free, worker.has[task.id] = task.tries + 1, worker.free - 1, true
  end
end

-- Gives out what waits, and ends `main` when nothing is left.
local function go_on(self)
  for address, worker in pairs(self.known) do feed(self, address, worker) end
  if self.done + self.reported == self.sequence then self:wake("settled") end
end

local commands = { beat = function() end } -- by what a worker says

function commands.ready(self, address, worker, number, ids)
  remove_worker(self, address) -- what it does not name it has forgotten
  worker.free, worker.has = number, {}
  self.known[address] = worker
  for _, id in ipairs(ids) do
    local task = self.tasks[id]
    if task and task.tries > 0 then -- not done meanwhile
      worker.free, worker.has[id] = worker.free - 1, true
      rely_on(self, task, address)
    end
  end
end

-- A worker that had the task may say DONE, also when it was given to another one meanwhile.
function commands.done(self, address, worker, id)
  local task = self.tasks[id]
  if worker.has[id] then worker.has[id], worker.free = nil, worker.free + 1 end
  if task and not task.holders[address] then return end -- a new connection: READY will name it
  if task and not task.voided then finish(self, task) end
  self.workers:send(address, "OK", id)
end

-- One that is not known was given up, or has a new connection: it is asked once to say READY.
local function meet(self, address, command)
  if command ~= "ready" and not self.workers:send(address, "WHO") then return nil end
  self.known[address] = { free = 0, silent = 0, has = {} }
  return self.known[address]
end

local function from_worker(self, address, command, ...)
  if not command then return reject(self, (...)) end
  local worker = self.known[address] or meet(self, address, command)
  if not worker then return end
  worker.silent = 0
  commands[command](self, address, worker, ...)
  go_on(self)
end

function ventilator.on.workers(self, address, ...)
  from_worker(self, address, credit.from_worker(...))
end

function ventilator.on.sink(self, id, verdict)
  local task = self.tasks[id or ""]
  if not task or not task.voided then return end -- an answer to an earlier question
  if verdict == "SEEN" then finish(self, task) end
  if verdict == "VOID" then report(self, task) end
  go_on(self)
end

-- A worker that had a lost task has some heartbeats to come back with it; then the sink decides.
local function settle(self, task)
  self.lost[task.id] = self.lost[task.id] + 1
  if self.lost[task.id] <= self.options.liveness then return end
  task.voided = true
  self.sink:try_send("VOID", task.id)
end

function ventilator.on.beat(self)
  for address, worker in pairs(self.known) do
    worker.silent = worker.silent + 1
    if worker.silent > self.options.liveness then
      self:note("removed", { reason = "silent", silent = worker.silent })
      remove_worker(self, address)
    end
  end
  for id in pairs(self.lost) do settle(self, self.tasks[id]) end
  go_on(self)
end

--- Adds one more task, of these frames.
function ventilator.submit(self, ...)
  check_frames("submit", ...)
  self.sequence = self.sequence + 1
  local task = { id = tostring(self.sequence), tries = 0, holders = {}, ... }
  self.tasks[task.id], task.position = task, queue.push(self.queued, task)
  go_on(self)
end

function ventilator.main(self)
  while self.sequence < self.options.tasks do
    self:submit(tostring(self:random(1, self.options.most)))
  end
  while self.done + self.reported < self.sequence do self:wait("settled") end
  self:note("batch", { sent = self.sequence, done = self.done, reported = self.reported })
  self:log("%d tasks: %d done, %d reported", self.sequence, self.done, self.reported)
  if self.reported > 0 then return nil, ("%d tasks were lost"):format(self.reported) end
end

return ventilator
