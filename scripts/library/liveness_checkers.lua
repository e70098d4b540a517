--- Checkers of queues, brokers and their clients: `sloop.promise_checkers` has them, too.
local history = require "sloop.run_history"

local checkers = {}

local UNHEARD <const> = history.UNHEARD

local function time_of_heal(events)
  for _, event in ipairs(events) do
    if event.kind == "heal" then return event.time end
  end
  return math.huge
end

local function every_node(events)
  local nodes = {}
  for _, event in ipairs(events) do
    if event.node then nodes[event.node] = true end
  end
  return nodes
end

--- A peer that is silent is dead after it has missed `liveness` heartbeats and one more, neither
--- sooner nor later, and only if a node was disturbed, or dead, in the `window` ms before.
-- Notes: `note` = "removed", with `reason` = "silent" (others are not judged), and `silent`, the
-- number of heartbeats.
function checkers.expiry(options)
  local note = options.note or "removed"
  return function(events)
    local spans = history.disturbances(events, every_node(events), UNHEARD)
    for _, event in ipairs(events) do
      if event.kind == note and event.reason == "silent"
        and history.belongs(event.node, options.of) then
        if event.silent ~= options.liveness + 1 then
          return history.wrong(event, "a peer was taken for dead after %d heartbeats, not %d",
            event.silent, options.liveness + 1)
        end
        if not history.overlaps(spans, event.time - options.window, event.time) then
          return history.wrong(event, "a peer was taken for dead that was well")
        end
      end
    end
  end
end

--- Each request that is made later than `settle` ms after the end of the faults has its reply
--- within `within` ms.
-- Notes: "request" and "reply", with `id`.
function checkers.calm(options)
  return function(events)
    local since, open = time_of_heal(events) + options.settle, {}
    for _, event in ipairs(events) do
      local key = ("%s %s"):format(event.node, event.id)
      if event.kind == "request" and history.belongs(event.node, options.of) then
        open[key] = event.time
      elseif event.kind == "reply" and open[key] then
        local took = event.time - open[key]
        if open[key] > since and took > options.within then
          return history.wrong(event, "request %s took %.0f ms, when no fault was left", event.id,
            took)
        end
        open[key] = nil
      end
    end
  end
end

--- When all is over a node of `of` holds what it should: in its last note `note` = "holds" these
--- fields have these values, if it is later than `settle` ms after the end of the faults. At no
--- time is a field of `most` above its value.
function checkers.holds(options)
  local note, most = options.note or "holds", options.most or {}
  return function(events)
    local since, last = time_of_heal(events) + options.settle, {}
    for _, event in ipairs(events) do
      if event.kind == note and history.belongs(event.node, options.of) then
        last[event.node] = event
        for field, limit in pairs(most) do
          if event[field] > limit then
            return history.wrong(event, "it holds %d %s, more than %d", event[field], field, limit)
          end
        end
      end
    end
    for _, event in pairs(last) do
      for field, value in pairs(event.time > since and options.values or {}) do
        if event[field] ~= value then
          return history.wrong(event, "at the end it holds %d %s, not %d", event[field], field,
            value)
        end
      end
    end
  end
end

-- Faults after which a node of `of` is not heard for longer than `ms`: { node, time }.
local function silences(events, of, ms)
  local list, begun = {}, {}
  for _, event in ipairs(events) do
    local key = ("%s %s %s"):format(event.fault, event.node, event.peer)
    local is_silent = event.fault == "pause" or event.fault == "half_open"
      or event.fault == "partition"
    if event.kind == "fault" and is_silent and history.belongs(event.node, of) then
      begun[key] = begun[key] or event
    elseif event.kind == "fault_end" and begun[key] then
      if event.time - begun[key].time > ms then table.insert(list, begun[key]) end
      begun[key] = nil
    end
  end
  return list
end

--- A peer of `of` that is not heard is removed within `within` ms, when all `count` of them were
--- known before, the node `broker` was not disturbed itself, and no connection was cut, which makes
--- a new one.
-- Notes: of the broker "removed", and "holds" with `workers`.
function checkers.noticed(options)
  local broker = options.broker or "broker"
  local disturbing = { pause = true, slow = true, rate = true, busy = true }
  return function(events)
    local spans = history.disturbances(events, { [broker] = true }, disturbing)
    for _, silence in ipairs(silences(events, options.of, options.within)) do
      local from, to = silence.time, silence.time + options.within
      local workers, removed = 0, false
      local cuts = history.disturbances(events, { [broker] = true, [silence.node] = true },
        { cut = true })
      for _, event in ipairs(events) do
        local is_before = event.time < from
        if event.kind == "holds" and is_before then workers = event.workers end
        if event.kind == "removed" and is_before then workers = 0 end
        if event.kind == "removed" and not is_before and event.time <= to then removed = true end
      end
      local is_clear = not history.overlaps(spans, from - options.within, to)
        and not history.overlaps(cuts, from - options.within, to)
      if workers == options.count and is_clear and not removed then
        return ("%s was not heard from %.3f ms on, which was not noticed within %d ms"):format(
          silence.node, from, options.within)
      end
    end
  end
end

-- Times from which on `peer` stands still for longer than `ms`, and did not shortly before.
local function long_pauses(events, peer, ms)
  local list, begun, ended = {}, nil, -math.huge
  for _, event in ipairs(events) do
    local is_it = event.node == peer and event.fault == "pause"
    if is_it and event.kind == "fault" then begun = begun or event.time end
    if is_it and event.kind == "fault_end" and begun then
      if event.time - begun > ms and begun - ended > ms then table.insert(list, begun) end
      begun, ended = nil, event.time
    end
  end
  return list
end

-- Does the node note this kind in that time?
local function notes(events, node, kind, from, to)
  for _, event in ipairs(events) do
    local is_then = event.time >= from and event.time <= to
    if is_then and event.kind == kind and event.node == node then return true end
  end
  return false
end

-- Times in which one of the two was disturbed, but for the pauses of `peer`.
local function other_disturbances(events, node, peer)
  return history.disturbances(events, { [node] = true, [peer] = true }, UNHEARD, function(event)
    if event.node == peer and event.fault == "pause" then return false end
    return event.node == node or event.node == peer or event.peer == node or event.peer == peer
  end)
end

--- When the node `peer` stands still for longer than `within` ms, each node of `of` that heard it
--- before sees in that time that it is silent, unless something else happened to one of them.
-- Notes: `note` = "lost", `heard` = any note of a node that it makes only when it has a peer.
function checkers.deserted(options)
  local note, peer, within = options.note or "lost", options.peer, options.within
  return function(events)
    local pauses = long_pauses(events, peer, within)
    for name in pairs(pauses[1] and every_node(events) or {}) do
      local is_one = history.belongs(name, options.of)
      local spans = is_one and other_disturbances(events, name, peer)
      for _, from in ipairs(is_one and pauses or {}) do
        local before, to = from - within, from + within
        local is_clear = notes(events, name, options.heard, before, from)
          and not history.overlaps(spans, before, to)
        if is_clear and not notes(events, name, note, from, to) then
          return ("%s did not notice within %d ms that %s is silent from %.3f ms on"):format(name,
            within, peer, from)
        end
      end
    end
  end
end

-- For each crash of a worker: since when it worked on a request, nil when it did not.
local function crashes(events, of)
  local list, working = {}, {}
  for _, event in ipairs(events) do
    if history.belongs(event.node, of) then
      if event.kind == "begin" then working[event.node] = event.time end
      if event.kind == "done" then working[event.node] = nil end
      if event.kind == "crash" then
        if working[event.node] then
          table.insert(list, { node = event.node, since = working[event.node], time = event.time,
                               silent = event.silent })
        end
        working[event.node] = nil
      end
    end
  end
  return list
end

--- The request of a worker of `of` that crashes, and whose connection is closed by that, is taken
--- back within `within` ms, if nothing else is disturbed.
-- Notes: "begin" and "done" of workers; "requeued" of the broker, `broker` = "broker".
function checkers.requeued(options)
  local broker = options.broker or "broker"
  return function(events)
    for _, crash in ipairs(crashes(events, options.of)) do
      local spans = history.disturbances(events, { [broker] = true, [crash.node] = true }, UNHEARD,
        function(event)
          return event.node == broker or event.node == crash.node or event.peer == crash.node
        end)
      local clear, requeued = not crash.silent, false
      for _, span in ipairs(spans) do
        local is_it = span[1] == crash.time
        if not is_it and span[1] <= crash.time + options.within
          and span[2] >= crash.since - options.within then clear = false end
      end
      for _, event in ipairs(events) do
        local after = event.time - crash.time
        if event.kind == "requeued" and after >= 0 and after <= options.within then
          requeued = true
        end
      end
      local is_over = history.last_time(events) < crash.time + options.within
      if clear and not requeued and not is_over then
        return ("%s crashed at %.3f ms with a request, which was not taken back within %d ms")
          :format(crash.node, crash.time, options.within)
      end
    end
  end
end

return checkers
