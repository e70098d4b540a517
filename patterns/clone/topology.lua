--- Two servers, three members that set keys and follow all, one that follows a subtree. Servers may
-- die, anything may stand still or lose its connections, queues are short: at most one serves in a
-- term, what ends does so in time, and in the end all maps are equal.
local promises = require "sloop.promise_checkers"

local SERVERS <const> = { "primary", "backup" }
local ALL <const> = { "primary", "backup", "member", "reader" }
local SUBTREE <const> = "/member.1/"

local function never(kind, when)
  return function(history)
    for _, event in ipairs(history) do
      if event.kind == kind and (not when or event[when]) then
        return ("%s at %.3f ms: %s of %s"):format(event.node, event.time, kind, event.key)
      end
    end
  end
end

-- What a server held it publishes once; it forgets all when it dies.
local function replays_once(history)
  local replayed = {}
  for _, event in ipairs(history) do
    if event.kind == "crash" or event.kind == "stop" then replayed[event.node] = nil end
    if event.kind == "replayed" then
      local uuids = replayed[event.node] or {}
      replayed[event.node] = uuids
      if uuids[event.uuid] then
        return ("%s at %.3f ms: replays a set again"):format(event.node, event.time)
      end
      uuids[event.uuid] = true
    end
  end
end

-- What lives for a while ends neither sooner, from when it came to the first server, nor much
-- later, from when it came to the last. One that stood still hears late of what the other got
-- meanwhile, and one that has only just become active looks a little later.
local function ends_in_time(history)
  local first, last, left, active, calm, stood = {}, {}, {}, nil, -math.huge, {}
  for _, event in ipairs(history) do
    local node, uuid = event.node, event.uuid
    if event.kind == "active" then active, calm = node, event.time end
    if event.fault and node == active then calm = event.time end
    if event.fault and node then stood[node] = event.time end
    if event.kind == "arrived" then
      first[uuid], left[uuid] = first[uuid] or event.time, left[uuid] or event.left
      last[uuid] = event.time
    elseif event.kind == "expired" and first[uuid] then
      local early = first[uuid] + left[uuid] - event.time
      local heard = math.max(last[uuid], stood[node] or 0)
      local late = event.time - math.max(heard + left[uuid], calm)
      if early > left[uuid] * 0.12 + 5 or late > 2500 then
        return ("%s at %.3f ms: a key ended %.0f ms too %s"):format(node, event.time,
          math.max(early, late), early > 0 and "soon" or "late")
      end
    end
  end
end

local SHORT <const> = { snapshot = { sndhwm = 10 }, updates = { sndhwm = 10 } }

local function server(role)
  return { "watched_server.lua", role = role, restart = true, snapshot = SHORT.snapshot,
           updates = SHORT.updates }
end

return {
  nodes = {
    primary = server "primary", backup = server "backup",
    member = { "member.lua", count = 3 },
    reader = { "member.lua", every = 0, subtree = SUBTREE },
  },
  faults = {
    crash = SERVERS, death = SERVERS, late = SERVERS, disk_error = SERVERS, disk_slow = SERVERS,
    pause = ALL, slow = ALL, step = ALL, rate = ALL,
    partition = ALL, one_way = ALL, cut = ALL, half_open = ALL, delay = ALL,
  },
  check = promises.all {
    promises.exclusive { key = "term", once = true },
    promises.fenced { of = SERVERS },
    promises.unprovoked { of = SERVERS },
    promises.settled { of = SERVERS },
    never "broken", never("regress", "same"), replays_once, ends_in_time,
    promises.converge { like = promises.active { of = SERVERS }, of = "member" },
    promises.converge {
      like = promises.active { of = SERVERS }, of = "reader",
      part = function(node, key) return node ~= "reader" or key:sub(1, #SUBTREE) == SUBTREE end,
    },
  },
}
