--- The requests a broker holds, by service, and their limits. Plain data; sends nothing.
--   { services = name -> service, names = number of services, bytes = of all requests }
--   service: { name, workers = count, idle = queue of workers, waiting = queue of requests }
--   request: { address, version, service = name, since = ms, tries, size, [i] = frame,
--              begun = true when its client has part of the reply; parts, overflow: see replies }
-- A request is counted in `bytes` until `remove`, also while a worker has it.
local queue = require "sloop.queue"

local request_table = {}

local OVERHEAD <const> = 400 -- bytes that a request costs besides its frames,
local PER_FRAME <const> = 40 -- and a frame besides its content

--- Bytes that a list of frames costs.
function request_table.size(frames)
  local bytes = #frames * PER_FRAME
  for i = 1, #frames do bytes = bytes + #frames[i] end
  return bytes
end

function request_table.new() return { services = {}, names = 0, bytes = 0 } end

local function open_service(self, name)
  local service = self.services[name]
  if not service then
    service = { name = name, workers = 0, idle = queue.new(), waiting = queue.new() }
    self.services[name], self.names = service, self.names + 1
  end
  return service
end

--- Removes a service that has neither workers nor requests.
function request_table.remove_unused(self, service)
  if service.workers > 0 or not queue.empty(service.waiting) then return end
  self.services[service.name], self.names = nil, self.names - 1
end

--- Counts a worker with its service. Returns nil, or the reason if that is beyond a limit.
function request_table.add_worker(self, limits, worker)
  if not self.services[worker.service] and self.names >= limits.max_services then
    return "too many services"
  end
  local service = open_service(self, worker.service)
  service.workers = service.workers + 1
end

function request_table.remove_worker(self, worker)
  local service = self.services[worker.service]
  service.workers = service.workers - 1
  if not worker.request then queue.remove(service.idle, worker, worker.position) end
end

-- Services without workers may have half of the names and bytes: the others come through.
local function check(self, limits, service, size)
  local is_served = service ~= nil and service.workers > 0
  local max_bytes = is_served and limits.max_bytes or limits.max_bytes // 2
  if self.bytes + size > max_bytes then return "too many bytes of requests" end
  if service and limits.max_queue > 0 and queue.size(service.waiting) >= limits.max_queue then
    return "too many requests for a service"
  end
  if not service and self.names >= limits.max_services // 2 then
    return "too many services without workers"
  end
end

--- Adds a new request to the end of its service's queue. Returns nil, or the reason if that is
--- beyond a limit.
function request_table.push(self, limits, request, now)
  local size = OVERHEAD + request_table.size(request)
  local reason = check(self, limits, self.services[request.service], size)
  if reason then return reason end
  request.since, request.tries, request.size = now, 0, size
  self.bytes = self.bytes + size
  queue.push(open_service(self, request.service).waiting, request)
end

--- Drops the parts of a reply that were kept with a request.
function request_table.drop_parts(self, request)
  local bytes = request.parts and request.parts.size or 0
  request.parts, request.size, self.bytes = nil, request.size - bytes, self.bytes - bytes
end

--- A request is answered or given up.
function request_table.remove(self, request) self.bytes = self.bytes - request.size end

--- Puts the request of a worker that is gone back to the head of its queue; its wait starts again.
--- Returns true; nil when it is given up: after too many tries, or since its client has part of the
--- reply, which would arrive twice.
function request_table.requeue(self, limits, request, now)
  if request.begun or request.tries > limits.retries then
    request_table.remove(self, request)
    return nil
  end
  request_table.drop_parts(self, request)
  request.since, request.overflow = now, nil
  queue.push_front(self.services[request.service].waiting, request)
  return true
end

--- Removes the requests for a service that have been waiting for `request_expiry`, and returns how
--- many. They are in order of time, but for those at the head that a worker had.
function request_table.expire(self, limits, name, now)
  local waiting, count = self.services[name].waiting, 0
  for position, request in queue.each(waiting) do
    if now - request.since >= limits.request_expiry then
      request_table.remove(self, queue.remove(waiting, request, position))
      count = count + 1
    elseif request.tries == 0 then
      break
    end
  end
  return count
end

return request_table
