--- Reads the history of a simulated run: the groups of its nodes, which died, what was disturbed
-- when.
local history = {}

history.STANDSTILL = { pause = true, slow = true, rate = true }
history.APART = { cut = true, half_open = true, partition = true, one_way = true, delay = true }

-- All that may keep a node from being heard. The date of a clock is none of it.
history.UNHEARD = {
  pause = true, slow = true, rate = true, busy = true, silence = true, late = true,
}
for kind in pairs(history.APART) do history.UNHEARD[kind] = true end

--- Is this node the one, or in the group, of that name? All nodes are when it is nil.
function history.belongs(name, group)
  if group == nil or name == group then return true end
  return name ~= nil and name:sub(1, #group + 1) == group .. "." and
    name:find("^%d+$", #group + 2) ~= nil
end

function history.is_gone(event) return event.kind == "crash" or event.kind == "stop" end

--- What is wrong, with the node and the time of an event.
function history.wrong(event, format, ...)
  return ("%s at %.3f ms: %s"):format(event.node or "the run", event.time, format:format(...))
end

--- A set of kinds, said as a string or a list.
function history.set_of(kinds)
  local set = {}
  for _, kind in ipairs(type(kinds) == "table" and kinds or { kinds }) do set[kind] = true end
  return set
end

--- When the run ended, also if nothing had happened for long.
function history.last_time(events)
  return math.max(events.ended or 0, events[1] and events[#events].time or 0)
end

local function concerns(event, nodes)
  if event.node == nil then return false end
  return nodes[event.node] or event.peer ~= nil and nodes[event.peer] or false
end

--- Times in which one of these nodes (a set) was disturbed by a fault of these kinds, crashes
--- included: { from, to } in order; to is huge for what never ended. `between(event)`, if it is
--- given, says which faults of a connection count.
function history.disturbances(events, nodes, kinds, between)
  local list, open, down = {}, {}, {} -- open: what a fault is known by -> spans without an end
  for _, event in ipairs(events) do
    local key = event.fault and ("%s %s %s"):format(event.fault, event.node, event.peer)
    if event.kind == "fault" and kinds[event.fault] and (between or concerns)(event, nodes) then
      local span = { event.time, event.time }
      table.insert(list, span)
      if event.fault ~= "cut" then
        span[2] = math.huge
        open[key] = open[key] or {}
        table.insert(open[key], span)
      end
    elseif event.kind == "fault_end" and open[key] and open[key][1] then
      table.remove(open[key], 1)[2] = event.time
    elseif history.is_gone(event) and nodes[event.node] then
      down[event.node] = { event.time, math.huge }
      table.insert(list, down[event.node])
    elseif event.kind == "restart" and down[event.node] then
      down[event.node][2] = event.time
    end
  end
  return list
end

function history.overlaps(spans, from, to)
  for _, span in ipairs(spans) do
    if span[1] <= to and span[2] >= from then return true end
  end
  return false
end

return history
