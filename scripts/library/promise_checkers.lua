--- Promises a topology may make, for its `check`: each is a function of a run's history.
--
--   local promises = require "library/promise_checkers"
--   check = promises.all {
--     promises.answered { within = 8000 },
--     promises.genuine {},
--     promises.bounded { note = "queued", field = "length", limit = 100 },
--   }
--
-- A promise reads what nodes noted (self:note) and what became of them, and nothing else: it
-- returns what is wrong, or nil. Which kind of note means what is said by its arguments; the
-- defaults are in each comment. `of`, everywhere, is the node or the group whose notes count; all
-- do when it is absent. Notes carry `id`, which need be unique only within its node. Knows no run
-- and no seed.
-- Others are in failover_checkers (pairs of which one serves), liveness_checkers (silence, what a
-- broker holds) and work_checkers (who does what how often, how many sockets): `promises` has them,
-- too.
local failover = require "sloop.failover_checkers"
local liveness = require "sloop.liveness_checkers"
local history_of = require "sloop.run_history"
local work = require "sloop.work_checkers"

local promises = {}
for name, checker in pairs(failover) do promises[name] = checker end
for name, checker in pairs(liveness) do promises[name] = checker end
for name, checker in pairs(work) do promises[name] = checker end

local STANDSTILL <const>, APART <const> = history_of.STANDSTILL, history_of.APART
local belongs, is_gone, wrong = history_of.belongs, history_of.is_gone, history_of.wrong
local set_of, last_time = history_of.set_of, history_of.last_time
local disturbances, overlaps = history_of.disturbances, history_of.overlaps

-- ---- requests ----

local function requests_of(options)
  return {
    of = options.of, request = options.request or "request", reply = options.reply or "reply",
    report = set_of(options.report or "gave_up"), within = options.within,
  }
end

-- The run in terms of requests: calls `on.request`, `on.ending` with the event, those open at its
-- node by id, and the request it ends. What a node had open when it died is forgotten.
local function follow(history, names, on)
  local open = {} -- node -> id -> request
  for _, event in ipairs(history) do
    local node = event.node
    if node and belongs(node, names.of) then
      open[node] = open[node] or {}
      local is_ending = event.kind == names.reply or names.report[event.kind]
      local reason
      if is_gone(event) then
        reason = on.gone and on.gone(event, open[node])
        open[node] = {}
      elseif event.kind == names.request then
        reason = on.request and on.request(event, open[node])
        open[node][event.id] = event
      elseif is_ending then
        reason = on.ending and on.ending(event, open[node][event.id])
        open[node][event.id] = nil
      end
      if reason then return nil, reason end
    end
  end
  return open
end

--- Every request ends with a reply or a report, within `within` ms if that is given (one during
-- which its node stood still may take longer), unless its node dies. Requests of the last `within`
-- ms (`open`, if that is given) of a run may still be open; a node that stops leaves none.
-- Notes: `request` = "request", `reply` = "reply", `report` = "gave_up" or a list, with `id`.
function promises.answered(options)
  local names = requests_of(options)
  local function overdue(history, request, now)
    if not names.within or now - request.time <= names.within then return nil end
    local spans = disturbances(history, { [request.node] = true }, STANDSTILL)
    return not overlaps(spans, request.time, now)
  end
  return function(history)
    local open, reason = follow(history, names, {
      ending = function(event, request)
        if request and overdue(history, request, event.time) then
          return wrong(request, "request %s took %.0f ms, more than %d", request.id,
            event.time - request.time, names.within)
        end
      end,
      gone = function(event, left)
        local _, request = next(left)
        if request and event.kind == "stop" then
          return wrong(event, "ended with request %s neither answered nor reported", request.id)
        end
      end,
    })
    if not open then return reason end
    local last = last_time(history)
    for _, requests in pairs(open) do
      for _, request in pairs(requests) do
        if last - request.time > (options.open or names.within or 0) then
          return wrong(request, "request %s was neither answered nor reported", request.id)
        end
      end
    end
  end
end

--- No stale, foreign or second reply: each is to a request that is open at its node, and what it
-- `got` is what was `asked` for, the fields of these names (`asked` is a field of the request; the
-- id, when it is absent), compared as text.
-- Notes: as for `answered`; a reply may leave `got` out.
function promises.genuine(options)
  local names = requests_of(options)
  local got, asked = options.got or "got", options.asked or "id"
  return function(history)
    local _, reason = follow(history, names, {
      request = function(event, open)
        if open[event.id] then return wrong(event, "request %s is made twice", event.id) end
      end,
      ending = function(event, request)
        if not request then
          return wrong(event, "%s %s, which was not asked for", event.kind, event.id)
        elseif event[got] ~= nil and tostring(event[got]) ~= tostring(request[asked]) then
          return wrong(event, "asked for %s, got %s", tostring(request[asked]),
            tostring(event[got]))
        end
      end,
    })
    return reason
  end
end

--- Between `after` (the end of the faults, unless it is a time in ms) and the end, each node of
-- `of` that is alive notes `note` at least `least` times (1). Nodes that end are done.
function promises.progress(options)
  return function(history)
    local counts, alive, first, healed = {}, {}, options.after, false
    for _, event in ipairs(history) do
      local node = event.node
      healed = healed or event.kind == "heal" or (first ~= nil and event.time >= first)
      if node and belongs(node, options.of) then
        counts[node] = counts[node] or 0
        if event.kind == "stop" then alive[node] = nil else alive[node] = event end
        if healed and event.kind == options.note then counts[node] = counts[node] + 1 end
      end
    end
    for node, event in pairs(healed and alive or {}) do
      if counts[node] < (options.least or 1) then
        return wrong(event, "%d times '%s' since the faults ended, wanted %d", counts[node],
          options.note, options.least or 1)
      end
    end
  end
end

--- Each node of `of` notes `note` exactly `count` times in all.
function promises.count(options)
  return function(history)
    local counts = {}
    for _, event in ipairs(history) do
      if event.node and belongs(event.node, options.of) then
        local more = event.kind == options.note and 1 or 0
        counts[event.node] = (counts[event.node] or 0) + more
      end
    end
    for node, count in pairs(counts) do
      if count ~= options.count then
        return ("%s: %d times '%s', wanted %d"):format(node, count, options.note, options.count)
      end
    end
  end
end

-- ---- one at a time ----

--- At most one node at a time is between its notes `begins` and `ends` ("active", "passive"); dying
-- ends it too. With `key` that holds for each value of this field (a request that at most one
-- worker has, a term with at most one active). With `once`, one that held a key stays its owner:
-- no other node gets it later.
function promises.exclusive(options)
  local begins, ends = set_of(options.begins or "active"), set_of(options.ends or "passive")
  local function key_of(event) return options.key and event[options.key] or true end
  return function(history)
    local holders = {} -- key -> the event with which it began
    local function release(node)
      for key, event in pairs(holders) do
        if event.node == node and not options.once then holders[key] = nil end
      end
    end
    for _, event in ipairs(history) do
      if event.node and belongs(event.node, options.of) then
        local key = key_of(event)
        local holder = holders[key]
        if begins[event.kind] then
          if holder and holder.node ~= event.node then
            return wrong(event, "%s%s while %s is, since %.3f ms", event.kind,
              options.key and (" %s"):format(key) or "", holder.node, holder.time)
          end
          holders[key] = holder or event
        elseif ends[event.kind] and holder and holder.node == event.node and not options.once then
          holders[key] = nil
        elseif is_gone(event) then
          release(event.node)
        end
      end
    end
  end
end

-- ---- state ----

-- The first key, in the order of their texts, so that a seed always says the same.
local function difference(a, b)
  local first
  local function add(key)
    if first == nil or tostring(key) < tostring(first) then first = key end
  end
  for key, value in pairs(a) do
    if b[key] ~= value then add(key) end
  end
  for key in pairs(b) do
    if a[key] == nil then add(key) end
  end
  return first
end

-- The last map that each living node noted: node -> event; and their names in order.
local function last_maps(history, note)
  local last, names = {}, {}
  for _, event in ipairs(history) do
    if event.kind == note then last[event.node] = event end
    if event.kind == "crash" then last[event.node] = nil end
  end
  for name in pairs(last) do table.insert(names, name) end
  table.sort(names)
  return last, names
end

-- The name of the node whose map is right; nil and why there is none.
local function model(history, options, names)
  local like = options.like
  if type(like) == "function" then
    like = like(history)
    if not like then
      return nil, ("no node has a '%s' to compare with"):format(options.note or "map")
    end
  end
  for _, name in ipairs(names) do
    if belongs(name, like) then return name end
  end
  if like then return nil, ("%s noted no '%s'"):format(like, options.note or "map") end
end

--- At the end the maps are equal: the last one that each living node noted. `like` is the node or
-- group whose map is right, or a function of the history that tells it, as `active {}` (else that
-- of the one that comes first by name). Of that map a node has what `part`, a function of a node's
-- name and a key, says; all of it when that is absent. Notes: `note` = "map", with the map in the
-- field `field` = "map"; its values are compared by ==.
function promises.converge(options)
  local note, field = options.note or "map", options.field or "map"
  local function part_of(map, node)
    if not options.part then return map end
    local part = {}
    for key, value in pairs(map) do
      if options.part(node, key) then part[key] = value end
    end
    return part
  end
  return function(history)
    local last, names = last_maps(history, note)
    local right, missing = model(history, options, names)
    if not right then return missing end
    for _, name in ipairs(names) do
      local is_like = type(options.like) == "string" and belongs(name, options.like)
      if belongs(name, options.of) or is_like then
        local map, wanted = last[name][field], part_of(last[right][field], name)
        local key = difference(map, wanted)
        if key ~= nil then
          return wrong(last[name], "%s is %s, but %s at %s", tostring(key), tostring(map[key]),
            tostring(wanted[key]), right)
        end
      end
    end
  end
end

--- No `field` of the notes `note` goes beyond `limit`. With `settles`, it is no more than that in
-- the last such note of each node.
function promises.bounded(options)
  local note, field = options.note or "queue", options.field or "length"
  return function(history)
    local last = {}
    for _, event in ipairs(history) do
      if event.kind == note and belongs(event.node, options.of) then
        last[event.node] = event
        if event[field] > options.limit then
          return wrong(event, "%s %s of %s, more than %s", note, field, event[field],
            options.limit)
        end
      end
    end
    for _, event in pairs(options.settles and last or {}) do
      if event[field] > options.settles then
        return wrong(event, "%s %s of %s at the end, more than %s", note, field, event[field],
          options.settles)
      end
    end
  end
end

--- No living node is held for dead: in the `window` ms before a note `note`, whose field `field`
-- names the node ("expired", "worker"), that node was dead or stood still, or a connection of one
-- of the two was disturbed. That the judge itself stood still is no excuse: it can read before it
-- judges; only the window is longer by that. A node that is called something else is found by
-- `name`, a function of that field.
function promises.no_false_expiry(options)
  local note, field = options.note or "expired", options.field or "worker"
  local either = { pause = true, slow = true, rate = true }
  for kind in pairs(APART) do either[kind] = true end
  -- Spans in which the judge stood still may hang together, through windows.
  local function since(history, event)
    local spans = disturbances(history, { [event.node] = true }, STANDSTILL)
    local from = event.time - options.window
    local before
    repeat
      before = from
      for _, span in ipairs(spans) do
        if span[1] <= event.time and span[2] >= from then
          from = math.min(from, span[1] - options.window)
        end
      end
    until from == before
    return from
  end
  local function judge(history, event)
    local name = event[field]
    if options.name then name = options.name(name) end
    local from = since(history, event)
    local excused = overlaps(disturbances(history, { [name] = true }, either), from, event.time) or
      overlaps(disturbances(history, { [event.node] = true }, APART), from, event.time)
    if not excused then
      return wrong(event, "%s %s, which lived and could be heard", note, tostring(name))
    end
  end
  return function(history)
    for _, event in ipairs(history) do
      if event.kind == note and belongs(event.node, options.of) then
        local reason = judge(history, event)
        if reason then return reason end
      end
    end
  end
end

-- ---- several ----

--- All of a list: the first that is broken tells what is wrong.
function promises.all(list)
  return function(history)
    for _, promise in ipairs(list) do
      local reason = promise(history)
      if reason ~= nil and reason ~= true then return reason end
    end
  end
end

return promises
