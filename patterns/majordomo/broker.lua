--- Majordomo broker (MDP 0.1, 0.2 and MMI): what it accepts is answered, or given up loudly.
-- Silence is counted in beats, not read from a clock: a broker that stood still blames nobody.
local ledger = require "majordomo/ledger"
local losses = require "majordomo/losses"
local mdp = require "majordomo/mdp"
local mmi = require "majordomo/mmi"
local queue = require "sloop.queue"

local broker = {
  options = {
    heartbeat = 2500,       -- ms; the workers' too
    liveness = 3,           -- beats of silence until a worker is dead
    retries = 3,            -- times a request whose worker died goes to another
    request_expiry = 60000, -- ms a request waits for a worker
    max_services = 10000,
    max_queue = 10000,      -- requests that wait for one service
    max_bytes = 256 << 20,  -- of all requests
  },
  state = {
    book = ledger.new(), -- services and requests
    workers = {},        -- address -> { address, version, service = name, lives, request }
    omitted = {},        -- reason -> how often something was not done for it
    given_up = 0,        -- requests since the last beat,
    latest = "",         -- the last of them for this service
  },
  sockets = { router = { "router", bind = "tcp://*:5555" } },
  timers = { beat = "heartbeat" },
  on = {},
}

-- Its worker is gone: the request is the next to go to another. Not when its client has got a part
-- of the reply, which would then come twice.
local function take_back(self, request)
  if request.begun or request.tries > self.options.retries then
    ledger.strike(self.book, request)
    return losses.give_up(self, "gave_up", request.service, 1)
  end
  self:note("took_back", { service = request.service })
  ledger.return_to_head(self.book, request, self:now())
end

local function remove(self, worker)
  local service = self.book.services[worker.service]
  self.workers[worker.address], service.workers = nil, service.workers - 1
  queue.remove(service.idle, worker)
  if worker.request then take_back(self, worker.request) end
  return service
end

-- Gives waiting requests to idle workers.
local function serve(self, service)
  local requests, idle, socket = service.requests, service.idle, self.router
  while not (queue.empty(requests) or queue.empty(idle)) do
    local worker, request = queue.pop(idle), queue.pop(requests)
    if mdp.to_worker(socket, worker, "request", request.address, "", table.unpack(request)) then
      worker.request, request.tries = request, request.tries + 1
    else -- nobody is there any more
      queue.push_front(requests, request)
      remove(self, worker)
    end
  end
  ledger.tidy(self.book, service)
end

local function rest(self, worker)
  local service = self.book.services[worker.service]
  queue.push(service.idle, worker)
  serve(self, service)
end

local function leave(self, worker)
  serve(self, remove(self, worker))
  return true
end

local function refuse(self, address, reason, version)
  local worker = self.workers[address]
  losses.omit(self, reason)
  if worker then leave(self, worker) end
  worker = worker or version and { address = address, version = version }
  if worker then mdp.to_worker(self.router, worker, "disconnect") end
end

local function ready(self, address, version, name)
  local reason = self.workers[address] and "READY from a registered worker"
    or mmi.is_reserved(name) and "READY for a reserved name"
    or ledger.is_full(self.book, self.options, name) and "too many services"
  if reason then return refuse(self, address, reason, version) end
  local service, lives = ledger.service(self.book, name), self.options.liveness
  local worker = { address = address, version = version, service = name, lives = lives }
  self.workers[address], service.workers = worker, service.workers + 1
  rest(self, worker)
end

local function accept(self, address, version, name, ...)
  local request, book = { address = address, version = version, service = name, ... }, self.book
  if mmi.is_reserved(name) then
    return mdp.to_client(self.router, request, "final", name, mmi.answer(book.services, name, ...))
  end
  request.since = self:now()
  local service, reason = ledger.enter(book, self.options, request)
  if not service then return losses.omit(self, reason, name) end
  serve(self, service)
end

local function answer(self, request, command, ...)
  request.begun = true
  local sent, reason = mdp.to_client(self.router, request, command, request.service, ...)
  if not sent then losses.omit(self, "client is " .. reason, request.service) end
end

-- A reply, or a part of one: a client of MDP 0.1 gets all parts as one.
local function reply(self, worker, command, client, ...)
  local request = worker.request
  if not request or request.address ~= client then return nil, "reply that nobody waits for" end
  if request.version == 2 or command == "final" and request.parts == nil then
    answer(self, request, command, ...)
  else
    local spoilt = ledger.keep(self.book, self.options, request, ...)
    if spoilt then losses.omit(self, spoilt, request.service) end
    local whole = command == "final" and request.parts
    if whole then answer(self, request, "final", table.unpack(whole)) end
  end
  if command == "partial" then return true end
  worker.request = nil
  ledger.strike(self.book, request)
  rest(self, worker)
  return true
end

local said = { -- by a registered worker: true, or nil and what is wrong
  partial = reply,
  final = reply,
  heartbeat = function() return true end,
  disconnect = leave,
}

local function act(self, address, command, version, ...)
  if command == "request" then return accept(self, address, version, ...) end
  if command == "ready" then return ready(self, address, version, ...) end
  if not command then return refuse(self, address, version, ...) end
  local worker, ok, reason = self.workers[address], nil, "unknown worker"
  if worker and worker.version == version then
    worker.lives = self.options.liveness
    ok, reason = said[command](self, worker, command, ...)
  end
  if not ok and (worker or command ~= "disconnect") then refuse(self, address, reason, version) end
end

function broker.on.router(self, address, ...) act(self, address, mdp.parse(...)) end

function broker.on.beat(self)
  local dead = {}
  for _, worker in pairs(self.workers) do
    local alive = worker.lives > 0 and mdp.to_worker(self.router, worker, "heartbeat")
    worker.lives = worker.lives - 1
    if not alive then table.insert(dead, worker) end
  end
  for _, worker in ipairs(dead) do
    remove(self, worker)
    mdp.to_worker(self.router, worker, "disconnect") -- in case it only slept
  end
  for name, service in pairs(self.book.services) do
    local expired = ledger.expire(self.book, service, self:now() - self.options.request_expiry)
    if expired > 0 then losses.give_up(self, "expired", name, expired) end
    serve(self, service)
  end
  losses.tell(self)
end

function broker.stop(self)
  for _, worker in pairs(self.workers) do mdp.to_worker(self.router, worker, "disconnect") end
end

return broker
