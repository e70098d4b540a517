--- Paranoid pirate queue (PPP, RFC 6): gives each request to the worker that is idle longest.
-- Silence is counted in heartbeats, not read from a clock: a suspended queue expires no worker.
local on_disconnect = require "sloop.on_disconnect"
local ppp = require "paranoid_pirate/ppp"
local queue = require "sloop.queue"
local reject = require "sloop.reject_message"

---@type sloop.Role
local paranoid = {
  options = {
    heartbeat = 1000,    -- ms between two; the same as the workers'
    liveness = 3,        -- heartbeats a worker may miss before it is dead
    retries = 3,         -- times a request is given to another worker as one's connection is closed
    max_workers = 10000, -- that are known
  },
  limits = {
    heartbeat = { min = 1 }, liveness = { min = 1 }, retries = { min = 0 },
    max_workers = { min = 1 },
  },
  state = {
    workers_known = 0,      -- number of workers
    known = {},             -- address -> { address, silent = heartbeats, position, request }
    idle = queue.new(),     -- workers; `position` is that in here, nil when a worker is busy
    requests = queue.new(), -- waiting ones: { client, "", body..., tries }
    closed = 0,             -- connections: see sloop.on_disconnect
    rejects = {},           -- reason -> times
  },
  sockets = {
    clients = { "router", bind = "tcp://*:5555", -- requests wait in ZeroMQ, which pushes back
                when = function(self) return not queue.empty(self.idle) end },
    workers = { "router", bind = "tcp://*:5556", events = "monitor" },
  },
  timers = { beat = "heartbeat" },
  on = {},
}

local function forget(self, worker, reason)
  self.known[worker.address], self.workers_known = nil, self.workers_known - 1
  if worker.position then queue.remove(self.idle, worker, worker.position) end
  self:note("removed", { reason = reason, silent = worker.silent })
end

-- Gives waiting requests to idle workers. One whose connection is closed is skipped.
local function dispatch(self)
  while not (queue.empty(self.requests) or queue.empty(self.idle)) do
    local worker, request = queue.pop(self.idle), queue.peek(self.requests)
    worker.position = nil
    if self.workers:send(ppp.to_worker(worker.address, request)) then
      queue.pop(self.requests)
      worker.request, request.tries = request, request.tries + 1
    else
      forget(self, worker, "closed")
    end
  end
end

function paranoid.on.clients(self, client, ...)
  if not ppp.is_body(...) then return reject(self, "malformed request") end
  queue.push(self.requests, { client, tries = 0, ... })
  dispatch(self)
end

local function register(self, address)
  local is_full = self.workers_known >= self.options.max_workers
  if is_full then return reject(self, "too many workers") end
  self.workers_known = self.workers_known + 1
  self.known[address] = { address = address, silent = 0 }
  return self.known[address]
end

-- A heartbeat registers no worker: it hears nothing from here, and comes back with READY.
function paranoid.on.workers(self, address, ...)
  local command, client = ppp.from_worker(...)
  if not command then return reject(self, client) end
  local worker = self.known[address]
  if not worker and command ~= "heartbeat" then worker = register(self, address) end
  if not worker then return end
  worker.silent = 0
  if command == "reply" then self.clients:send(...) end -- dropped, if the client gave up
  if command == "heartbeat" then return end -- from a busy worker, too
  worker.request = nil
  worker.position = worker.position or queue.push(self.idle, worker)
  dispatch(self)
end

-- The request of a worker whose connection was closed is the next to go to another.
local function requeue(self, request)
  if request.tries > self.options.retries then return reject(self, "request of dead workers") end
  self:note "requeued"
  queue.push_front(self.requests, request)
end

-- Sends heartbeats and forgets dead workers. Returns how many it knew.
local function remove_dead(self, ticks)
  local count = 0
  for address, worker in pairs(self.known) do
    count, worker.silent = count + 1, worker.silent + ticks
    if worker.silent > self.options.liveness then
      forget(self, worker, "silent") -- and its request: the client has asked again by now
    elseif not self.workers:send(address, ppp.HEARTBEAT) then
      forget(self, worker, "closed")
      if worker.request then requeue(self, worker.request) end
    end
  end
  dispatch(self)
  return count
end

function paranoid.on.beat(self)
  remove_dead(self, 1)
  self:note("holds", {
    workers = self.workers_known, idle = queue.size(self.idle),
    requests = queue.size(self.requests),
  })
end

paranoid.on.monitor = on_disconnect(function(self) return remove_dead(self, 0) end)

return paranoid
