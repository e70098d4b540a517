--- What a broker owes, as plain data: services, the requests that wait for each, what they cost.
-- Knows limits; sends nothing.
--   { services = name -> service, names = how many, bytes = of all requests }
--   service: { name, workers = count, idle = queue of workers, requests = queue }
--   request: { address, version, service = name, since, tries, size, begun, parts, [i] = frame }
-- It waits since `since`, is `begun` when its client has got a part of the reply; `parts` are those
-- kept for it, or false when they were too many.
local mdp = require "majordomo/mdp"
local queue = require "sloop.queue"

local ledger = {}

local OVERHEAD <const> = 400 -- bytes that a request costs besides its frames,
local PER_FRAME <const> = 40 -- and a frame besides what is in it

local function size(frames)
  local bytes = #frames * PER_FRAME
  for i = 1, #frames do bytes = bytes + #frames[i] end
  return bytes
end

function ledger.new() return { services = {}, names = 0, bytes = 0 } end

--- The service of this name; made when there is none.
function ledger.service(book, name)
  local service = book.services[name]
  if not service then
    service = { name = name, workers = 0, idle = queue.new(), requests = queue.new() }
    book.services[name], book.names = service, book.names + 1
  end
  return service
end

--- Is this name one too many?
function ledger.is_full(book, limits, name)
  return book.services[name] == nil and book.names >= limits.max_services
end

--- A service that nobody serves and nobody waits for costs nothing.
function ledger.tidy(book, service)
  if service.workers > 0 or not queue.empty(service.requests) then return end
  book.services[service.name], book.names = nil, book.names - 1
end

--- Enters a new request: its service, or nil and which of the limits is reached. Services that
--- clients ask for and nobody serves may have half of the names and bytes: others come through.
function ledger.enter(book, limits, request)
  request.tries, request.size = 0, OVERHEAD + size(request)
  local service = book.services[request.service]
  local served = service and service.workers > 0
  local most = served and limits.max_bytes or limits.max_bytes // 2
  if book.bytes + request.size > most then return nil, "too many bytes of requests" end
  if service and queue.size(service.requests) >= limits.max_queue then
    return nil, "too many requests for a service"
  end
  if not service and book.names >= limits.max_services // 2 then
    return nil, "too many services asked for"
  end
  service = ledger.service(book, request.service)
  queue.push(service.requests, request)
  book.bytes = book.bytes + request.size
  return service
end

local function drop_parts(book, request)
  local bytes = request.parts and request.parts.size or 0
  request.parts, request.size, book.bytes = nil, request.size - bytes, book.bytes - bytes
end

--- A request that had been handed over is the next one again, and waits anew.
function ledger.return_to_head(book, request, now)
  drop_parts(book, request)
  request.since = now
  queue.push_front(book.services[request.service].requests, request)
end

--- A request is done with.
function ledger.strike(book, request) book.bytes = book.bytes - request.size end

--- Keeps a part of the reply: MDP 0.1 takes a reply as one. If that would be more than a message or
--- a limit, nothing of it is kept: the reason, once.
function ledger.keep(book, limits, request, ...)
  if request.parts == false then return nil end
  local parts, part = request.parts or { size = 0 }, { ... }
  local added = size(part)
  local reason = #parts + #part > mdp.MOST_FRAMES and "reply of too many frames"
    or book.bytes + added > limits.max_bytes and "reply of too many bytes"
  if reason then
    drop_parts(book, request)
    request.parts = false
    return reason
  end
  table.move(part, 1, #part, #parts + 1, parts)
  request.parts, parts.size = parts, parts.size + added
  request.size, book.bytes = request.size + added, book.bytes + added
end

--- Strikes the requests for a service that wait since this time or longer: how many. They are in
--- order of time, but for those at the head that were taken back from a worker.
function ledger.expire(book, service, time)
  local requests, old = service.requests, {}
  for i = requests.first, requests.last do
    local request = requests[i]
    if request.since <= time then table.insert(old, request)
    elseif request.tries == 0 then break end
  end
  for _, request in ipairs(old) do ledger.strike(book, queue.remove(requests, request)) end
  return #old
end

return ledger
