--- Ventilator of the reliable pipeline: every task is done, or reported as lost.
-- A worker gets as many tasks as it asked for (its credit). One that falls silent loses them to
-- others; a task that nobody could finish in so many tries is reported.
local credit = require "pipeline/credit"
local queue = require "sloop.queue"

local ventilator = {
  options = {
    tasks = 100,
    most = 100,  -- ms of the longest task
    tries = 3,   -- of each task
    dead = 3000, -- ms of silence after which a worker is given up
  },
  state = {
    queued = queue.new(),  -- of tasks: { id =, tries =, worker = address or nil, frames... }
    given = {},            -- id -> task in a worker's hands
    peers = {},            -- address -> { credit =, heard = }
    sequence = 0, done = 0, reported = 0,
    rejects = 0,           -- messages that made no sense
  },
  sockets = { workers = { "router", bind = "tcp://*:5557" } },
  timers = { check = 500 },
  on = {},
}

-- Hand out what waits, as far as credit goes.
local function feed(self)
  for address, peer in pairs(self.peers) do
    while peer.credit > 0 and not queue.empty(self.queued) do
      local task = queue.peek(self.queued)
      if not self.workers:send(address, "TASK", task.id, table.unpack(task)) then break end
      queue.pop(self.queued)
      task.worker, task.tries, peer.credit = address, task.tries + 1, peer.credit - 1
      self.given[task.id] = task
    end
  end
end

local function settle(self)
  if self.done + self.reported == self.sequence then self:wake("settled") end
end

-- Nobody has this task any more: it waits for another worker, or is given up.
local function take_back(self, task)
  self.given[task.id], task.worker = nil, nil
  if task.tries < self.options.tries then return queue.push_front(self.queued, task) end
  self.reported = self.reported + 1
  self:note("reported", { id = task.id })
  self:warn("task %s is given up after %d tries", task.id, task.tries)
end

local says = {
  ready = function(self, address, number)
    for _, task in pairs(self.given) do -- a worker that begins anew has forgotten its tasks
      if task.worker == address then take_back(self, task) end
    end
    self.peers[address] = { credit = number }
  end,
  done = function(self, address, id)
    local task = self.given[id]
    if not task or task.worker ~= address then return end -- it was given to another meanwhile
    self.given[id], self.done = nil, self.done + 1
    self.peers[address].credit = self.peers[address].credit + 1
  end,
  beat = function() end, -- being heard from was the message
}

local function hear(self, address, word, ...)
  if not word then
    self.rejects = self.rejects + 1
  elseif word ~= "ready" and not self.peers[address] then
    self.workers:send(address, "WHO") -- given up, and yet alive: it may begin anew
  else
    says[word](self, address, ...)
    self.peers[address].heard = self:now()
    feed(self)
    settle(self)
  end
end

function ventilator.on.workers(self, address, ...) hear(self, address, credit.hear_worker(...)) end

function ventilator.on.check(self)
  for address, peer in pairs(self.peers) do
    if self:now() - peer.heard > self.options.dead then self.peers[address] = nil end
  end
  for _, task in pairs(self.given) do
    if not self.peers[task.worker] then take_back(self, task) end
  end
  feed(self)
  settle(self)
end

--- Take on one more task.
function ventilator.submit(self, ...)
  self.sequence = self.sequence + 1
  queue.push(self.queued, { id = tostring(self.sequence), tries = 0, ... })
  feed(self)
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
