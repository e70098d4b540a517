--- Two publishers, three subscribers. Publishers may die, anything may stand still or lose its
-- connections: none publishes in a term that is over, a subscriber hears nothing twice and
-- nothing out of order, and in the end all hear the active one.
local promises = require "sloop.promise_checkers"

local PUBLISHERS <const> = { "primary", "backup" }
local ALL <const> = { "primary", "backup", "subscriber" }

-- What a publisher counts by itself is its term and a number.
local function in_order(history)
  local last = {} -- node -> term -> number
  for _, event in ipairs(history) do
    if event.kind == "received" then
      local term, number = event.got:match "^(%d+) (%d+)$"
      last[event.node] = last[event.node] or {}
      if tonumber(number) <= (last[event.node][term] or 0) then
        return ("%s at %.3f ms: %s after %d"):format(event.node, event.time, event.got,
          last[event.node][term])
      end
      last[event.node][term] = tonumber(number)
    end
  end
end

return {
  nodes = {
    primary = { "publisher.lua", role = "primary", restart = true, every = 100 },
    backup = { "publisher.lua", role = "backup", restart = true, every = 100 },
    subscriber = { "subscriber.lua", count = 3, topics = { "A" }, show = false },
  },
  faults = {
    crash = PUBLISHERS, death = PUBLISHERS, late = PUBLISHERS,
    disk_error = PUBLISHERS, disk_slow = PUBLISHERS,
    pause = ALL, slow = ALL, step = ALL, rate = ALL,
    partition = ALL, one_way = ALL, cut = ALL, half_open = ALL, delay = ALL,
  },
  check = promises.all {
    promises.exclusive { key = "term", once = true },
    promises.fenced { of = PUBLISHERS, note = "published" },
    promises.unprovoked { of = PUBLISHERS },
    promises.settled { of = PUBLISHERS },
    promises.progress { of = "subscriber", note = "received", least = 50 },
    in_order,
  },
}
