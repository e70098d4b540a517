--- What a titanic promises, as a check of a simulated run's history.
-- Clients note "request", "reply" and "gave_up" with their calls' names as `id`, workers "done",
-- the titanic what it does with each request: "stored", "try", "failed", "finished", "dead".

local function wrong(event, format, ...)
  return ("%s at %.3f ms: %s"):format(event.node, event.time, format:format(...))
end

local checks = {}

-- Every call has its reply, which is to this call, and the request was executed.
local function every_call(history)
  local done, replies, last = {}, {}, nil
  for _, event in ipairs(history) do
    if event.kind == "done" then done[event.request] = true end
    if event.kind == "request" then replies[event.id] = replies[event.id] or false end
    if event.kind == "gave_up" then return wrong(event, "%s: %s", event.id, event.reason) end
    if event.kind == "reply" then
      if event.got ~= event.id then return wrong(event, "%s got %s", event.id, event.got) end
      if not done[event.id] then return wrong(event, "%s was not executed", event.id) end
      replies[event.id] = true
    end
    last = event
  end
  for id, replied in pairs(replies) do
    if not replied then return wrong(last, "%s has no reply at the end", id) end
  end
end

--- All clients got what they asked for: `clients` x `requests` calls.
function checks.replies(clients, requests)
  return function(history)
    local count, seen = 0, {}
    for _, event in ipairs(history) do
      if event.kind == "reply" and not seen[event.id] then
        count, seen[event.id] = count + 1, true
      end
    end
    local reason = every_call(history)
    if reason then return reason end
    if count ~= clients * requests then
      return ("%d calls have a reply, and %d were to be made"):format(count, clients * requests)
    end
  end
end

--- From start to start of the titanic, requests of a service are tried in the order in which they
--- were stored.
function checks.order(history)
  local titanics = {} -- node -> { seen = set of numbers, last = service -> the highest of them }
  for _, event in ipairs(history) do
    if event.kind == "start" or event.kind == "restart" then
      titanics[event.node] = { seen = {}, last = {} }
    elseif event.kind == "try" then
      local titanic, service = titanics[event.node], event.service
      local last = titanic.last[service] or 0
      if event.number > last then
        titanic.last[service] = event.number
      elseif not titanic.seen[event.number] then
        return wrong(event, "request %d is tried after request %d", event.number, last)
      end
      titanic.seen[event.number] = true
    end
  end
end

--- What is finished or dead stays so, and no failed try is forgotten.
function checks.states(history)
  local over, tries = {}, {}
  for _, event in ipairs(history) do
    local uuid = event.uuid
    if event.kind == "try" and over[uuid] then
      return wrong(event, "%s is tried again, and was %s", uuid, over[uuid])
    elseif event.kind == "finished" or event.kind == "dead" then
      over[uuid] = event.kind
    elseif event.kind == "failed" then
      if event.tries <= (tries[uuid] or 0) then -- more: a crash came between sync and note
        return wrong(event, "%s: try %d follows try %d", uuid, event.tries, tries[uuid] or 0)
      end
      tries[uuid] = event.tries
    end
  end
end

-- Adds a failure, of which the service has had so many in a row. True when it has answered since
-- the first of these.
local function is_reset_missing(service, event)
  table.insert(service.failed, event.time)
  local first = service.failed[#service.failed - event.failures + 1]
  return first ~= nil and service.answered > first
end

--- A service that answers is tried at once the next time: its back-off begins anew.
function checks.back_off(history)
  local services, tried = {}, {} -- name -> { failed = times, answered = time }; uuid -> time
  for _, event in ipairs(history) do
    local began = event.kind == "start" or event.kind == "restart"
    local service = services[event.service or ""] or { failed = {}, answered = 0 }
    if began then services = {} elseif event.service then services[event.service] = service end
    if event.kind == "try" then tried[event.uuid] = { time = event.time, service = service } end
    if event.kind == "finished" then -- the reply came after that try
      local try = tried[event.uuid]
      try.service.answered = math.max(try.service.answered, try.time)
    elseif event.kind == "back_off" and is_reset_missing(service, event) then
      return wrong(event, "%s has failed %d times in a row, but it has answered", event.service,
        event.failures)
    end
  end
end

return checks
