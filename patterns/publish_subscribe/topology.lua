--- Two weather publishers and three subscribers; any may be killed, stopped, slow or cut off, and
-- queues are short. Much is lost, and each subscriber knows exactly what, from the first message it
-- heard of a publisher to the last; when the faults are over nothing is lost any more.
local SETTLED <const> = 22000 -- ms after the faults: a connection that is half open is noticed

local function key_of(event) return event.id .. event.topic end

-- One subscriber, from one start to the next: what it heard, and what it owes a word about.
local function hear(node, event, published)
  local key = key_of(event)
  local last = node.last[key]
  if event.number > (published[key] or 0) then return "heard what was not published" end
  if last and event.number <= last then return "heard an update again" end
  if last and event.number > last + 1 then node.owed[key] = event.number - last - 1 end
  node.last[key] = event.number
end

local function owes(node)
  local key = next(node.owed)
  return key and ("does not know what it lost of %s"):format(key)
end

local judge = {
  published = function(run, event)
    run.published[key_of(event)], run.now[event.node] = event.number, event.id
  end,
  heard = function(run, event, node)
    if run.healed then node.late[event.id] = true end
    return owes(node) or hear(node, event, run.published)
  end,
  gap = function(run, event, node)
    local key = key_of(event)
    if node.owed[key] ~= event.lost then
      return ("says that it lost %d of %s, not %s"):format(event.lost, key, node.owed[key])
    end
    node.owed[key] = nil
    local settled = run.healed and event.time > run.healed + SETTLED
    if settled then return "lost updates without a fault" end
  end,
  heal = function(run, event) run.healed = event.time end,
}

-- At the end: each subscriber has heard, since the faults, each publisher of now.
local function judge_end(run, nodes)
  for name, node in pairs(nodes) do
    if owes(node) then return ("%s %s"):format(name, owes(node)) end
    for publisher, id in pairs(run.now) do
      if name:find "^subscriber" and not node.late[id] then
        return ("%s did not hear %s again when the faults were over"):format(name, publisher)
      end
    end
  end
end

local function check(history)
  local run, nodes = { published = {}, now = {} }, {}
  for _, event in ipairs(history) do
    local name = event.node or ""
    if event.kind == "start" or event.kind == "restart" then nodes[name] = nil end
    nodes[name] = nodes[name] or { last = {}, owed = {}, late = {} }
    local act = judge[event.kind]
    local reason = act and act(run, event, nodes[name])
    if reason then return ("%s at %.0f ms: %s"):format(name, event.time, reason) end
  end
  return judge_end(run, nodes)
end

return {
  nodes = {
    publisher = {
      "publisher.lua", count = 2, zips = 3, rate = 50,
      feed = { bind = function(n) return "tcp://*:" .. 5555 + n end, sndhwm = 10 },
    },
    subscriber = {
      "subscriber.lua", count = 3, updates = 0, zip = function(n) return tostring(9999 + n) end,
      feed = { connect = "@publisher.feed", rcvhwm = 10 },
    },
  },
  faults = {
    crash = true, cut = true, half_open = true, partition = true, one_way = true,
    pause = true, slow = true, rate = true, step = true, delay = true,
  },
  check = check,
}
