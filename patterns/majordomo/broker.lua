--- Majordomo broker (MDP 0.1 and 0.2): queues requests by service, gives each to an idle worker.
-- Here: the path of a request, READY, reply, expiry. Limits, heartbeats, MMI, frames: beside it.
local drop_log = require "majordomo/drop_log"
local liveness = require "majordomo/liveness"
local mdp = require "majordomo/mdp"
local mmi = require "majordomo/mmi"
local on_disconnect = require "sloop.on_disconnect"
local queue = require "sloop.queue"
local replies = require "majordomo/replies"
local request_table = require "majordomo/request_table"

---@type sloop.Role
local broker = {
  options = {
    heartbeat = 2500,       -- ms between two; the same as the workers'
    liveness = 3,           -- heartbeats a worker may miss before it is dead
    retries = 3,            -- times a request whose worker died is given to another
    request_expiry = 60000, -- ms a request waits for a worker
    max_services = 10000,
    max_queue = 0,          -- waiting requests for one service; 0: as many as max_bytes allows
    max_bytes = 256 << 20,  -- of all requests
  },
  limits = {
    heartbeat = { min = 1 }, liveness = { min = 1 }, retries = { min = 0 }, max_queue = { min = 0 },
    request_expiry = { min = 1 }, max_services = { min = 2 }, max_bytes = { min = 1 },
  },
  state = {
    requests = request_table.new(), -- services, and the requests waiting for each
    workers = {}, -- address -> { address, version, service = name, silent, request, position }
    closed = 0,   -- connections: see sloop.on_disconnect
    drops = drop_log.new(),
    rejects = {}, -- reason -> times
  },
  sockets = { router = { "router", bind = "tcp://*:5555", events = "monitor", sndhwm = 100000 } },
  timers = { beat = "heartbeat" },
  on = {},
}

-- A worker is gone. The request it had is the next to go to another, or is given up.
local function remove(self, worker)
  self.workers[worker.address] = nil
  request_table.remove_worker(self.requests, worker)
  local request, service = worker.request, worker.service
  if not request then return end
  if request_table.requeue(self.requests, self.options, request, self:now()) then
    self:note("requeued", { service = service })
  else
    drop_log.give_up(self, "gave_up", service, 1)
  end
end

-- Gives waiting requests to idle workers, first to the one that has been idle longest.
local function dispatch(self, name)
  local service = self.requests.services[name]
  while not (queue.empty(service.waiting) or queue.empty(service.idle)) do
    local worker, request = queue.pop(service.idle), queue.pop(service.waiting)
    if self.router:send(mdp.request_to_worker(worker, request)) then
      worker.request, request.tries = request, request.tries + 1
    else -- its connection is closed
      queue.push_front(service.waiting, request)
      remove(self, worker)
    end
  end
  request_table.remove_unused(self.requests, service)
end

local function make_idle(self, worker)
  worker.request = nil
  worker.position = queue.push(self.requests.services[worker.service].idle, worker)
  dispatch(self, worker.service)
end

local function leave(self, worker)
  remove(self, worker)
  dispatch(self, worker.service)
end

-- Counts an invalid message. A registered worker is removed, and its request goes to another.
local function expel(self, address, reason, version)
  local peer = self.workers[address] or { address = address, version = version }
  drop_log.drop(self, reason)
  if self.workers[address] then leave(self, peer) end
  if peer.version then self.router:send(mdp.to_worker(peer, "disconnect")) end
end

local function accept(self, address, version, name, ...)
  local request = { address = address, version = version, service = name, ... }
  if mdp.is_reserved(name) then return mmi.reply(self, request) end
  local reason = request_table.push(self.requests, self.options, request, self:now())
  if reason then return drop_log.drop(self, reason, name) end
  dispatch(self, name)
end

local function register(self, address, version, name)
  if self.workers[address] then return expel(self, address, "READY twice", version) end
  local worker = { address = address, version = version, service = name, silent = 0 }
  local reason = request_table.add_worker(self.requests, self.options, worker)
  if reason then return expel(self, address, reason, version) end
  self.workers[address] = worker
  make_idle(self, worker)
end

local function reply(self, worker, command, client, ...)
  local request = worker.request
  if not request or request.address ~= client then
    return expel(self, worker.address, "reply without a request", worker.version)
  end
  replies.forward(self, request, command, ...)
  if command == "partial" then return end
  request_table.remove(self.requests, request)
  make_idle(self, worker)
end

local function from_worker(self, worker, command, ...)
  worker.silent = 0 -- any message says that it lives
  if command == "disconnect" then return leave(self, worker) end
  if command ~= "heartbeat" then reply(self, worker, command, ...) end
end

local function from_peer(self, address, command, version, ...)
  if not command then return expel(self, address, version, ...) end -- the reason, the version
  if command == "request" then return accept(self, address, version, ...) end
  if command == "ready" then return register(self, address, version, ...) end
  local worker = self.workers[address]
  if worker and worker.version == version then return from_worker(self, worker, command, ...) end
  if worker or command ~= "disconnect" then expel(self, address, "unknown worker", version) end
end

function broker.on.router(self, address, ...) from_peer(self, address, mdp.from_peer(...)) end

-- Removes dead workers and expired requests, and gives the requests of the dead to the living.
local function sweep(self, ticks)
  local looked_at = liveness.remove_dead(self, ticks, remove)
  for name in pairs(self.requests.services) do
    local count = request_table.expire(self.requests, self.options, name, self:now())
    drop_log.give_up(self, "expired", name, count)
    dispatch(self, name)
  end
  return looked_at
end

function broker.on.beat(self)
  sweep(self, 1)
  drop_log.report(self)
end

broker.on.monitor = on_disconnect(function(self) return sweep(self, 0) end)
broker.stop = liveness.stop

return broker
