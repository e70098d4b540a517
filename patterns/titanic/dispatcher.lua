--- Gives a titanic's live requests to their services: in the order of their numbers, many at once.
-- mmi.service says whether a service has workers. One that has none, or does not answer, is left
-- alone for a while that doubles, and then gets one request at a time until it answers; the
-- others go on meanwhile. A service is looked up again after each wait: a reload may have replaced
-- the state by a copy.
local queue = require "sloop.queue"
local reply_later = require "sloop.reply_later"
local request_store = require "titanic/request_store"
local tsp = require "titanic/tsp"

local FRESH <const> = 1000 -- ms for which an answer of mmi.service holds
local LOOK <const> = 100   -- ms until it is asked again for a service without workers, at first

local dispatcher = {}

-- name -> { waiting = queue of numbers, running = requests that are with it, failures = in a row,
-- due = when it is tried again, known_until =, asking = mmi.service is being asked }
local function service_of(self, name)
  local service = self.services[name]
  if not service then
    service = { waiting = queue.new(), running = 0, failures = 0, due = 0, known_until = 0,
                asking = false }
    self.services[name] = service
  end
  return service
end

local function is_there(self, name) return self.lookup:request("mmi.service", name) == "200" end

local function back_off(self, name, first)
  local service = service_of(self, name)
  local doublings = math.min(service.failures, 20)
  service.failures = service.failures + 1
  service.due = self:now() + math.min(first << doublings, self.options.max_pause)
  self:note("back_off", { service = name, failures = service.failures })
  service.known_until = 0
end

local function bury(self, number, reason)
  local job = self.live[number]
  self:warn("%s: request %s is a dead letter: %s", job.service, job.uuid, reason)
  request_store.bury(self, number, reason)
  return "dead"
end

-- A try brought no reply. It counts only when the service is there: else it may not have come to
-- any worker.
local function fail(self, name, number)
  back_off(self, name, self.options.pause)
  local present = is_there(self, name)
  local job, waiting = self.live[number], service_of(self, name).waiting
  if not job then return end -- it was closed meanwhile
  if not present then
    queue.push_front(waiting, number)
    return
  end
  job.tries = job.tries + 1
  if job.tries >= self.options.max_tries then
    return bury(self, number, ("no reply in %d tries"):format(job.tries))
  end
  request_store.put_tries(self, number)
  queue.push(waiting, number)
  return "failed"
end

local function finish(self, name, number, ...)
  local service = service_of(self, name)
  service.failures, service.due = 0, 0
  service.known_until = self:now() + FRESH
  if not self.live[number] then return end -- it was closed meanwhile
  if select("#", ...) > tsp.MAX_FRAMES then
    return bury(self, number, "a reply of too many frames")
  end
  request_store.finish(self, number, ...)
  return "finished"
end

-- The try is over. One that was broken off, by a reload say, will be made again.
local function leave(self, name, number, settled)
  local service, job = service_of(self, name), self.live[number]
  self.trying[number], service.running = nil, service.running - 1
  if not settled and job and not job.over then
    service.due = self:now() + self.options.pause
    queue.push_front(service.waiting, number)
  end
  dispatcher.dispatch(self, name)
end

-- What became of the request: "finished", "failed" or "dead"; nil when nothing changed.
local function try(self, name, number)
  local trying, settled = self.trying[number], false
  if not trying or trying.begun then return nil end -- see dispatcher.resume
  trying.begun = true
  local _ <close> = reply_later(function() leave(self, name, number, settled) end)
  local job = self.live[number]
  if not job then return nil end -- it was closed before its turn came
  job.dispatched = self:wall()
  self:note("try", { number = number, uuid = job.uuid, service = name })
  local reply = table.pack(self.outward:request(name, request_store.frames(self, number)))
  local outcome
  if reply[1] then
    outcome = finish(self, name, number, table.unpack(reply, 1, reply.n))
  elseif self.live[number] then
    outcome = fail(self, name, number)
  end
  settled = true
  return outcome
end

-- What was put is synced: a request that is over is forgotten.
local function settle(self, number, job, outcome)
  local tries, over = job.tries, job.over -- the next try may be over before the sync is
  if not self:must_sync() then return end
  if over then request_store.forget(self, number) end
  self:note(outcome, { uuid = job.uuid, tries = tries })
end

-- Runs as a task. The service may have its next request before this one's outcome is synced.
local function execute(self, name, number)
  local outcome = try(self, name, number)
  if outcome then settle(self, number, self.live[number], outcome) end
end

local function ask(self, name)
  local there = is_there(self, name)
  local service = service_of(self, name)
  service.asking = false
  if there then
    service.known_until = self:now() + FRESH
  else
    back_off(self, name, LOOK)
  end
  dispatcher.dispatch(self, name)
end

local function take(self, service)
  local number
  repeat number = queue.pop(service.waiting) until not number or self.live[number]
  return number
end

--- Starts as many requests for this service as it may have.
function dispatcher.dispatch(self, name)
  local service = self.services[name]
  if not service or service.asking or service.due > self:now() then return end
  if service.known_until <= self:now() and not queue.empty(service.waiting) then
    service.asking = true
    return self:spawn(ask, name)
  end
  local limit = service.failures > 0 and 1 or self.options.in_flight
  while service.running < limit do
    local number = take(self, service)
    if not number then break end
    service.running = service.running + 1
    self.trying[number] = { service = name, begun = false }
    self:spawn(execute, name, number)
  end
  if service.running == 0 and queue.empty(service.waiting) then self.services[name] = nil end
end

--- A request for this service is live: the last one in its order.
function dispatcher.add(self, number, name)
  queue.push(service_of(self, name).waiting, number)
end

--- A reload may have closed tasks: those that had not begun leave no trace. What they were to do is
-- done again; one that was not closed after all finds that.
function dispatcher.resume(self)
  for _, service in pairs(self.services) do service.asking = false end
  local lost = {}
  for number, trying in pairs(self.trying) do
    if not trying.begun then table.insert(lost, number) end
  end
  table.sort(lost, function(a, b) return a > b end) -- each goes before all that wait
  for _, number in ipairs(lost) do leave(self, self.trying[number].service, number, false) end
  for number, job in pairs(self.live) do
    local outcome = job.over == "dead:" and "dead" or "finished"
    if job.over then self:spawn(settle, number, job, outcome) end
  end
  dispatcher.wake(self)
end

--- Services whose pause is over are tried again.
function dispatcher.wake(self)
  for name in pairs(self.services) do dispatcher.dispatch(self, name) end
end

return dispatcher
