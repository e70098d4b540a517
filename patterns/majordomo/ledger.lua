--- What a broker owes, as plain data: services, the requests that wait for each, what they cost.
-- Knows limits; sends nothing.
--   { services = name -> service, names = how many, bytes = of all requests }
--   service: { name, workers = count, idle = queue of workers, requests = queue }
--   request: { address, version, service = name, since, tries, size, begun, parts, [i] = frame }
-- `begun` when its client has got a part of the reply, `parts` are those kept for it.
local mdp = require "mdp"
local queue = require "queue"

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

--- Enters a new request: its service, or nil and which of the limits is reached. Half of the
--- services may be names that only clients have asked for: workers come through.
function ledger.enter(book, limits, request)
  request.tries, request.size = 0, OVERHEAD + size(request)
  local service = book.services[request.service]
  if book.bytes + request.size > limits.max_bytes then return nil, "too many bytes of requests" end
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

--- A request that had been handed over is the next one again.
function ledger.return_to_head(book, request)
  local parts = request.parts and request.parts.size or 0
  request.parts, request.size, book.bytes = nil, request.size - parts, book.bytes - parts
  queue.push_front(book.services[request.service].requests, request)
end

--- A request is done with.
function ledger.strike(book, request) book.bytes = book.bytes - request.size end

--- Keeps a part of the reply: MDP 0.1 takes a reply as one. True; or nil and the reason, if all of
--- it would be more than a message or a limit.
function ledger.keep(book, limits, request, ...)
  local parts, part = request.parts or { size = 0 }, { ... }
  local added = size(part)
  if #parts + #part > mdp.MOST_FRAMES then return nil, "reply of too many frames" end
  if book.bytes + added > limits.max_bytes then return nil, "reply of too many bytes" end
  table.move(part, 1, #part, #parts + 1, parts)
  request.parts, parts.size = parts, parts.size + added
  request.size, book.bytes = request.size + added, book.bytes + added
  return true
end

--- Strikes the requests for a service that came at this time or before: how many.
function ledger.expire(book, service, time)
  local count, requests = 0, service.requests
  while not queue.empty(requests) and queue.peek(requests).since <= time do
    ledger.strike(book, queue.pop(requests))
    count = count + 1
  end
  return count
end

return ledger
