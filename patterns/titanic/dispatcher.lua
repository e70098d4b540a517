--- Gives a titanic's live requests to their services: in the order of their numbers, many at once.
-- mmi.service says whether a service has workers. One that has none, or does not answer, is left
-- alone for a while that doubles, and then gets one request at a time until it answers; the
-- others go on meanwhile.
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

local function back_off(self, service, first)
  local doublings = math.min(service.failures, 20)
  service.failures = service.failures + 1
  service.due = self:now() + math.min(first << doublings, self.options.max_pause)
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
local function fail(self, service, number)
  local present = is_there(self, self.live[number].service)
  local job = self.live[number]
  if not job then return end -- it was closed meanwhile
  if not present then
    queue.push_front(service.waiting, number)
    return
  end
  job.tries = job.tries + 1
  if job.tries >= self.options.max_tries then
    return bury(self, number, ("no reply in %d tries"):format(job.tries))
  end
  request_store.put_tries(self, number)
  queue.push(service.waiting, number)
  return "failed"
end

local function finish(self, service, number, ...)
  service.failures, service.due = 0, 0
  service.known_until = self:now() + FRESH
  if not self.live[number] then return end -- it was closed meanwhile
  if select("#", ...) > tsp.MAX_FRAMES then
    return bury(self, number, "a reply of too many frames")
  end
  request_store.finish(self, number, ...)
  return "finished"
end

-- What became of the request: "finished", "failed" or "dead"; nil when nothing changed.
local function try(self, name, service, number)
  local _ <close> = reply_later(function()
    service.running = service.running - 1
    dispatcher.dispatch(self, name)
  end)
  local job = self.live[number]
  if not job then return nil end -- it was closed before its turn came
  self:note("try", { number = number, uuid = job.uuid, service = name })
  local reply = table.pack(self.outward:request(name, request_store.frames(self, number)))
  if reply[1] then return finish(self, service, number, table.unpack(reply, 1, reply.n)) end
  if not self.live[number] then return nil end
  back_off(self, service, self.options.pause)
  return fail(self, service, number)
end

-- Runs as a task. The service may have its next request before this one's outcome is synced.
local function execute(self, name, service, number)
  local job = self.live[number]
  local outcome = try(self, name, service, number)
  local tries = job and job.tries -- the next try may be over before the sync is
  if outcome and self:must_sync() then
    if outcome ~= "failed" then request_store.forget(self, number) end
    self:note(outcome, { uuid = job.uuid, tries = tries })
  end
end

local function ask(self, name, service)
  local there = is_there(self, name)
  service.asking = false
  if there then
    service.known_until = self:now() + FRESH
  else
    back_off(self, service, LOOK)
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
    return self:spawn(ask, name, service)
  end
  local limit = service.failures > 0 and 1 or self.options.in_flight
  while service.running < limit do
    local number = take(self, service)
    if not number then break end
    service.running = service.running + 1
    self:spawn(execute, name, service, number)
  end
  if service.running == 0 and queue.empty(service.waiting) then self.services[name] = nil end
end

--- A request for this service is live: the last one in its order.
function dispatcher.add(self, number, name)
  queue.push(service_of(self, name).waiting, number)
end

--- Services whose pause is over are tried again.
function dispatcher.wake(self)
  for name in pairs(self.services) do dispatcher.dispatch(self, name) end
end

return dispatcher
