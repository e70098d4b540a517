--- Majordomo broker (MDP 0.1 and 0.2): queues requests by service, gives each to an idle worker.
-- Here is the path of a request, READY, reply and expiry. Beside it: the requests and their limits
-- (request_table), heartbeats (liveness), replies in parts, MMI, drop counts, frames (mdp).
local drop_log = require "majordomo/drop_log"
local liveness = require "majordomo/liveness"
local mdp = require "majordomo/mdp"
local mmi = require "majordomo/mmi"
local queue = require "sloop.queue"
local replies = require "majordomo/replies"
local request_table = require "majordomo/request_table"

local broker = {
  options = {
    heartbeat = 2500,       -- ms between two; the same as the workers'
    liveness = 3,           -- heartbeats a worker may miss before it is dead
    retries = 3,            -- times a request whose worker died is given to another
    request_expiry = 60000, -- ms a request waits for a worker
    max_services = 10000,
    max_queue = 10000,      -- waiting requests for one service
    max_bytes = 256 << 20,  -- of all requests
  },
  state = {
    requests = request_table.new(), -- services, and the requests waiting for each
    workers = {}, -- address -> { address, version, service = name, silent = heartbeats, request }
    drops = drop_log.new(),
    rejects = {}, -- reason -> times
  },
  sockets = { router = { "router", bind = "tcp://*:5555" } },
  timers = { beat = "heartbeat" },
  on = {},
}

local function send(self, worker, ...) return self.router:send(mdp.to_worker(worker, ...)) end

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
    if send(self, worker, "request", request.address, "", table.unpack(request)) then
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
  queue.push(self.requests.services[worker.service].idle, worker)
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
  if peer.version then send(self, peer, "disconnect") end -- it speaks as a worker
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

local worker_commands = { -- by what a registered worker says
  partial = reply, final = reply, disconnect = leave, heartbeat = function() end,
}

local function from_worker(self, address, command, version, ...)
  local worker = self.workers[address]
  if worker and worker.version == version then
    worker.silent = 0 -- any message says that it lives
    worker_commands[command](self, worker, command, ...)
  elseif worker or command ~= "disconnect" then
    expel(self, address, "unknown worker", version)
  end
end

local function from_peer(self, address, command, ...)
  if not command then return expel(self, address, ...) end -- the reason, the version
  if command == "request" then return accept(self, address, ...) end
  if command == "ready" then return register(self, address, ...) end
  from_worker(self, address, command, ...)
end

function broker.on.router(self, address, ...) from_peer(self, address, mdp.from_peer(...)) end

function broker.on.beat(self)
  for _, worker in ipairs(liveness.dead(self)) do
    remove(self, worker)
    send(self, worker, "disconnect") -- one that was only suspended registers again
  end
  for name in pairs(self.requests.services) do
    local count = request_table.expire(self.requests, self.options, name, self:now())
    drop_log.give_up(self, "expired", name, count)
    dispatch(self, name)
  end
  drop_log.report(self)
end

function broker.stop(self)
  for _, worker in pairs(self.workers) do send(self, worker, "disconnect") end
end

return broker
