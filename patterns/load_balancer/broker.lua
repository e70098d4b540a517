--- Load balancing broker: gives each request to the worker that has been ready for longest.
-- While none is ready no client is read: requests wait in ZeroMQ's queues, which push back.
local lb = require "load_balancer/lb"
local queue = require "sloop.queue"
local reject = require "sloop.reject_message"

---@type sloop.Role
local broker = {
  options = {
    max_workers = 10000, -- ready ones; beyond that the oldest is forgotten: most likely it is dead
  },
  limits = { max_workers = { min = 1 } },
  state = {
    idle = queue.new(), -- addresses of workers, the one that is ready for longest first
    listed = {},        -- address -> true when it is in `idle`
    rejects = {},       -- reason -> times
  },
  sockets = {
    clients = {
      "router", bind = "tcp://*:5555",
      when = function(self) return not queue.empty(self.idle) end,
    },
    workers = { "router", bind = "tcp://*:5556" },
  },
  on = {},
}

local function pop(self)
  local worker = queue.pop(self.idle)
  self.listed[worker] = nil
  return worker
end

local function push(self, worker)
  if self.listed[worker] then return end
  if queue.size(self.idle) >= self.options.max_workers then pop(self) end
  queue.push(self.idle, worker)
  self.listed[worker] = true
  self:note("idle", { count = queue.size(self.idle) })
  self:wake("ready")
end

-- A worker whose connection is closed is skipped; the request is not lost with it.
function broker.on.clients(self, client, ...)
  if not lb.is_body(...) then return reject(self, "malformed request") end
  repeat
    while queue.empty(self.idle) do self:wait("ready") end
    local sent = self.workers:send(lb.to_worker(pop(self), client, ...))
  until sent
end

local function from_worker(self, worker, command, ...)
  if not command then return reject(self, (...)) end
  push(self, worker)
  if command == "reply" then self.clients:send(lb.to_client(...)) end -- dropped, if it gave up
end

function broker.on.workers(self, worker, ...) from_worker(self, worker, lb.from_worker(...)) end

return broker
