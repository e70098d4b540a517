--- Checkers of the work that is asked for and done: `sloop.promise_checkers` has them, too.
local history = require "sloop.run_history"

local checkers = {}

local REGISTERED <const> = 500 -- ms after its start a server can be asked

--- Nobody gives up too soon: a request that is given up was made at least `within` ms before.
-- Notes: "request" and `report` = "gave_up", with `id`.
function checkers.persistent(options)
  local report = options.report or "gave_up"
  return function(events)
    local open = {}
    for _, event in ipairs(events) do
      local key = ("%s %s"):format(event.node, event.id)
      if event.kind == "request" and history.belongs(event.node, options.of) then
        open[key] = event.time
      elseif event.kind == report and open[key] and event.time - open[key] < options.within then
        return history.wrong(event, "request %s was given up after %.0f ms, sooner than %d",
          event.id, event.time - open[key], options.within)
      end
    end
  end
end

--- No node of `of` ever has more than `most` sockets open at once.
function checkers.sockets(options)
  return function(events)
    local names = {}
    for name in pairs(events.sockets or {}) do table.insert(names, name) end
    table.sort(names)
    for _, name in ipairs(names) do
      if history.belongs(name, options.of) and events.sockets[name] > options.most then
        return ("%s had %d sockets open at once, more than %d"):format(name, events.sockets[name],
          options.most)
      end
    end
  end
end

--- No node of `of` has begun more than `most` (1) things that it has not ended, and nothing is
--- begun more than `tries` times in all, if that is given. A node that dies has none.
-- Notes: `begins` = "begin", `ends` = "done", with the field `field` = "request".
function checkers.in_hand(options)
  local begins, ends = options.begins or "begin", options.ends or "done"
  local field, most, tries = options.field or "request", options.most or 1, options.tries
  local function begin(event, hands, times)
    local node, what = event.node, event[field]
    hands[node], times[what] = (hands[node] or 0) + 1, (times[what] or 0) + 1
    if hands[node] > most then
      return history.wrong(event, "%s %s: it has %d at once, more than %d", begins, what,
        hands[node], most)
    elseif tries and times[what] > tries then
      return history.wrong(event, "%s %s for the %dth time, of %d", begins, what, times[what],
        tries)
    end
  end
  return function(events)
    local hands, times = {}, {} -- node -> number; what -> how often it was begun
    for _, event in ipairs(events) do
      local node = event.node
      if node and history.belongs(node, options.of) then
        local reason = event.kind == begins and begin(event, hands, times)
        if reason then return reason end
        if event.kind == ends and hands[node] then hands[node] = hands[node] - 1 end
        if history.is_gone(event) then hands[node] = nil end
      end
    end
  end
end

--- At no time are there more notes `effect` = "begin" of the nodes of `of` than notes of the kinds
--- `causes`, a list: nothing is done that was not asked for, nor twice.
function checkers.caused(options)
  local effect, causes = options.effect or "begin", history.set_of(options.causes)
  return function(events)
    local asked, done = 0, 0
    for _, event in ipairs(events) do
      if causes[event.kind] then asked = asked + 1 end
      if event.kind == effect and history.belongs(event.node, options.of) then done = done + 1 end
      if done > asked then
        return history.wrong(event, "%s for the %dth time, but it was asked for %d times", effect,
          done, asked)
      end
    end
  end
end

-- Times in which a request may take longer: those of all faults, deaths of others than the servers,
-- `silent` ms after a server that died without a word, and when no server lives.
local function excuses(events, of, silent)
  local others, alive, count, none = {}, {}, 0, { 0, math.huge }
  for _, event in ipairs(events) do
    if event.node and not history.belongs(event.node, of) then others[event.node] = true end
  end
  local list = history.disturbances(events, others, history.UNHEARD, function() return true end)
  table.insert(list, none)
  for _, event in ipairs(events) do
    local node = event.node
    local began = event.kind == "start" or event.kind == "restart"
    if node and not others[node] and (began or history.is_gone(event)) then
      if began ~= (alive[node] or false) then count = count + (began and 1 or -1) end
      alive[node] = began
      if not began then
        table.insert(list, { event.time, event.time + (event.silent and silent or 0) })
      end
      if none and began then none[2], none = event.time + REGISTERED, nil end
      if count == 0 then
        none = { event.time, math.huge }
        table.insert(list, none)
      end
    end
  end
  return list
end

--- A request has its reply within `within` ms, unless something happened in this time, or up to
--- `window` ms before, that may hold it up: a fault, or the death of another node than those of
--- `servers`. The death of one of these excuses only the requests of that time, and if it was
--- silent those of `silent` ms.
-- Notes: "request" and "reply", with `id`.
function checkers.prompt(options)
  return function(events)
    local spans, open = nil, {}
    for _, event in ipairs(events) do
      local key = ("%s %s"):format(event.node, event.id)
      if event.kind == "request" and history.belongs(event.node, options.of) then
        open[key] = event.time
      elseif event.kind == "reply" and open[key] and event.time - open[key] > options.within then
        spans = spans or excuses(events, options.servers, options.silent)
        if not history.overlaps(spans, open[key] - options.window, event.time) then
          return history.wrong(event, "request %s took %.0f ms, when nothing was wrong", event.id,
            event.time - open[key])
        end
      end
    end
  end
end

return checkers
