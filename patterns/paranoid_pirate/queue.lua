--- Paranoid pirate queue (PPP, RFC 6): each request goes to the living worker that is idle longest.
-- Silence is counted in beats, not read from a clock: a queue that stood still blames nobody.
local ppp = require "paranoid_pirate/ppp"
local queue = require "sloop.queue"
local reject = require "sloop.reject_message"

local paranoid = {
  options = { interval = 1000, liveness = 3, max_workers = 10000 },
  state = {
    known = {},         -- address -> { address, idle, silent = beats }
    idle = queue.new(), -- of those; the one that is idle for longest first
    rejects = {},       -- reason -> times
  },
  sockets = {
    clients = { "router", bind = "tcp://*:5555", -- requests wait in ZeroMQ, which pushes back
                when = function(self) return not queue.empty(self.idle) end },
    workers = { "router", bind = "tcp://*:5556" },
  },
  timers = { beat = "interval" },
  on = {},
}

local function forget(self, worker)
  self.known[worker.address] = nil
  queue.remove(self.idle, worker)
  self:note("forgot", { silent = worker.silent })
end

local function meet(self, address)
  if queue.size(self.idle) >= self.options.max_workers then return reject(self, "too many") end
  self.known[address] = { address = address, idle = false, silent = 0 }
  return self.known[address]
end

local function rest(self, worker)
  if not worker.idle then queue.push(self.idle, worker) end
  worker.idle = true
  self:wake("idle")
end

function paranoid.on.clients(self, client, ...)
  if not ppp.is_body(...) then return reject(self, "malformed request") end
  repeat
    while queue.empty(self.idle) do self:wait("idle") end
    local worker = queue.pop(self.idle)
    local sent = self.workers:send(worker.address, client, ...)
    if sent then worker.idle = false else forget(self, worker) end -- its connection is gone
  until sent
end

-- A heartbeat makes nobody known: its sender hears nothing from here, and comes back with READY.
function paranoid.on.workers(self, address, ...)
  local command, reason = ppp.from_worker(...)
  if not command then return reject(self, reason) end
  local worker = self.known[address] or command ~= "heartbeat" and meet(self, address)
  if not worker then return end
  worker.silent = 0
  if command == "reply" then self.clients:send(...) end -- in vain, if the client gave up
  if command ~= "heartbeat" then rest(self, worker) end -- a busy one sends those, too
end

function paranoid.on.beat(self)
  for address, worker in pairs(self.known) do
    worker.silent = worker.silent + 1
    local dead = worker.silent > self.options.liveness
    if dead or not self.workers:send(address, ppp.HEARTBEAT) then forget(self, worker) end
  end
end

return paranoid
