--- A publisher, a cache and subscribers to one topic, to the same, and to prefixes; all of them
-- mortal. Each value is of its topic; no subscriber goes back to an older one; and in the end each
-- has, of every topic that it asked for, what the cache has.
local SETTLED <const> = 3000 -- ms before the end: by then it must be there
local PREFIXES <const> = { "007", "007", "01", "0", "" }

local function prefix_of(name) return PREFIXES[tonumber(name:match "%d+$")] end

local judge = {
  published = function(run, event)
    run.count = run.count + 1
    run.published[event.value] = { topic = event.topic, number = run.count }
  end,
  restored = function(run) run.durable = true end,
  kept = function(run, event)
    if event.time < run.last - SETTLED then run.kept[event.topic] = event.value end
  end,
  value = function(run, event, has)
    local origin = run.published[event.value]
    if not origin or origin.topic ~= event.topic then
      return ("has '%s' for %s"):format(event.value, event.topic)
    elseif event.topic:sub(1, #prefix_of(event.node)) ~= prefix_of(event.node) then
      return ("did not ask for %s"):format(event.topic)
    elseif origin.number < (has[event.topic] or 0) then
      return ("goes back to an older value of %s"):format(event.topic)
    end
    has[event.topic] = origin.number
  end,
}

local function judge_end(run, nodes)
  for name, has in pairs(nodes) do
    for topic, value in pairs(name:find "^subscriber" and run.kept or {}) do
      local is_wanted = topic:sub(1, #prefix_of(name)) == prefix_of(name)
      if is_wanted and (has[topic] or 0) < run.published[value].number then
        return ("%s has not the last value of %s"):format(name, topic)
      end
    end
  end
end

local function check(history)
  local run, nodes = { published = {}, count = 0, kept = {}, last = history[#history].time }, {}
  for _, event in ipairs(history) do
    local name = event.node or ""
    if event.kind == "start" or event.kind == "restart" then
      nodes[name] = {}
      if name == "cache" and not run.durable then run.kept = {} end
    end
    local act = judge[event.kind]
    local reason = act and act(run, event, nodes[name])
    if reason then return ("%s at %.0f ms %s"):format(name, event.time, reason) end
  end
  return judge_end(run, nodes)
end

return {
  nodes = {
    publisher = { "publisher.lua", topics = 20, interval = 3000 },
    cache = { "cache.lua", max_topics = 1000, upstream = { connect = "@publisher.feed" } },
    subscriber = {
      "subscriber.lua", count = #PREFIXES, quiet = true,
      topics = function(n) return { PREFIXES[n] } end,
      cache = { connect = "@cache.downstream" },
    },
  },
  faults = {
    crash = true, cut = true, half_open = true, partition = true, one_way = true,
    pause = true, slow = true, rate = true, step = true, delay = true,
  },
  check = check,
}
