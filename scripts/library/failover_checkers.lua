--- Checkers of pairs of which one serves, as binary star: `sloop.promise_checkers` has them, too.
-- A node notes `begins` ("active") when it begins to serve in a term, `ends` ("passive") when it
-- does not, or no longer. `of` is the list of these nodes; any is when it is absent. `window` is
-- how long a fault may be felt after its end: until a dead connection is found out, made again, and
-- the other's state heard on it.
local history = require "sloop.run_history"

local checkers = {}

local WINDOW <const> = 6000 -- ms
local ABSENT <const> = { late = true } -- besides being dead

local function names_of(options)
  options = options or {}
  return {
    begins = options.begins or "active", ends = options.ends or "passive",
    of = options.of and history.set_of(options.of), window = options.window or WINDOW,
  }
end

local function is_one(event, names)
  return event.node ~= nil and (names.of == nil or names.of[event.node] ~= nil)
end

-- Times in which what one of two nodes says may reach the other late, or never.
local function link_spans(events, a, b)
  local function between(event)
    local one, other = event.node, event.peer
    return (one == a or one == b) and (other == nil or other == a or other == b)
  end
  return history.disturbances(events, {}, history.APART, between)
end

--- Was the connection of nodes `a` and `b` disturbed between the times `from` and `to`? By a cut, a
--- half-open connection, a partition, delay; that a node was dead or stood still is none of those.
function checkers.link_disturbed(events, a, b, from, to)
  return history.overlaps(link_spans(events, a, b), from, to)
end

-- Has there been a time of `window` ms in which `hearer` lived, `teller` lived and ran, and nothing
-- was between them?
local function could_hear(events, teller, hearer, from, to, window)
  local spans = link_spans(events, teller, hearer)
  local function add(more) table.move(more, 1, #more, #spans + 1, spans) end
  add(history.disturbances(events, { [teller] = true }, history.STANDSTILL))
  add(history.disturbances(events, { [hearer] = true }, ABSENT))
  table.sort(spans, function(one, other) return one[1] < other[1] end)
  for _, span in ipairs(spans) do
    if span[1] - from >= window then break end
    from = math.max(from, span[2])
  end
  return to - from >= window
end

-- Ought this node to know that the event `newer` made another one active? It could hear it; or both
-- were alive and connected all the time, and the other one ran, so that only its own standing still
-- can have caused that.
local function ought_to_know(events, newer, event, window)
  local node, other, from = event.node, newer.node, newer.time - window
  if could_hear(events, other, node, newer.time, event.time, window) then return true end
  local deaths = history.disturbances(events, { [node] = true, [other] = true }, ABSENT)
  local stalls = history.disturbances(events, { [other] = true }, history.STANDSTILL)
  return not history.overlaps(deaths, from, event.time)
    and not history.overlaps(stalls, newer.time, event.time)
    and not checkers.link_disturbed(events, other, node, from, event.time)
end

--- None serves in a term after another one has become active in a higher one, unless their
--- connection was disturbed, or one of them was dead, so that it can't have known; and each serves
--- in the term it became active in.
-- Notes: `begins` = "active", `note` = "answered", both with the field `term` = "term".
function checkers.fenced(options)
  local names, note, field = names_of(options), options.note or "answered", options.term or "term"
  return function(events)
    local newest, terms = nil, {}
    for _, event in ipairs(events) do
      local begins, serves = event.kind == names.begins, event.kind == note
      if history.is_gone(event) then terms[event.node] = nil end
      if (begins or serves) and is_one(event, names) then
        local term = event[field]
        if begins then terms[event.node] = term end
        if term ~= terms[event.node] then
          return history.wrong(event, "%s in term %s, but it is active in %s", note, term,
            tostring(terms[event.node]))
        end
        if newest and newest.node ~= event.node and term < newest[field]
          and ought_to_know(events, newest, event, names.window) then
          return history.wrong(event, "%s in term %s, but %s is active in %s since %.3f ms",
            event.kind, term, newest.node, newest[field], newest.time)
        end
        if begins and (not newest or term > newest[field]) then newest = event end
      end
    end
  end
end

--- None takes over from an active that was well: in the `window` ms before, it had only just come,
--- stood still or was slow, or their connection was disturbed. So there is no failback.
function checkers.unprovoked(options)
  local names = names_of(options)
  local function was_well(events, other, event)
    local from = event.time - names.window
    local kinds = { pause = true, slow = true, late = true }
    local spans = history.disturbances(events, { [other] = true }, kinds)
    return not history.overlaps(spans, from, event.time)
      and not checkers.link_disturbed(events, other, event.node, from, event.time)
  end
  return function(events)
    local active = {} -- node -> true
    for _, event in ipairs(events) do
      if event.kind == names.begins and is_one(event, names) then
        for other in pairs(active) do
          if other ~= event.node and was_well(events, other, event) then
            return history.wrong(event, "took over from %s, which was well", other)
          end
        end
        active[event.node] = true
      elseif event.kind == names.ends or history.is_gone(event) then
        active[event.node] = nil
      end
    end
  end
end

-- The nodes active at the end, a set and its size; and those alive.
local function at_the_end(events, names)
  local active, count, alive = {}, 0, {}
  for name in pairs(names.of or {}) do alive[name] = true end
  for _, event in ipairs(events) do
    local node, kind = event.node, event.kind
    if is_one(event, names) then
      local gone = history.is_gone(event)
      if kind == names.begins or kind == names.ends or kind == "restart" then alive[node] = true end
      if gone then alive[node] = nil end
      if kind == names.begins then active[node] = true end
      if kind == names.ends or gone then active[node] = nil end
    end
  end
  for _ in pairs(active) do count = count + 1 end
  return active, count, alive
end

--- The name of the node that is active at the end, for `converge`: { like = promises.active {} }.
function checkers.active(options)
  local names = names_of(options)
  return function(events)
    local active = at_the_end(events, names)
    return (next(active))
  end
end

--- `within` ms (15,000) after the faults ended one is active, if one of them lives, and it stays
-- so.
function checkers.settled(options)
  options = options or {}
  local names, within = names_of(options), options.within or 15000
  return function(events)
    local healed = math.huge
    for _, event in ipairs(events) do
      if event.kind == "heal" then healed = event.time end
      local late = event.time > healed + within
      if late and event.kind == names.begins and is_one(event, names) then
        return history.wrong(event, "%s, long after the faults ended", names.begins)
      end
    end
    local _, count, alive = at_the_end(events, names)
    if healed < math.huge and count ~= 1 and next(alive) then
      return ("%d are %s at the end"):format(count, names.begins)
    end
  end
end

return checkers
