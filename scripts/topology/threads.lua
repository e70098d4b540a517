--- Assigns the nodes of a topology to threads, by number. Starts nothing.
local core = require "sloop".core

local threads = {}

--- Give each node a thread, `thread`, by number: one of its own (true), one it shares with those
-- that name the same, or the next of `common` ones, by default as many as there are processors.
-- Returns how many threads there are. `wish` is what the node asked for.
function threads.spread(nodes, common)
  common = math.min(common or core.processors(), #nodes)
  local own, next_common, named = common, 0, {}
  for _, node in ipairs(nodes) do
    local wish = node.thread
    node.wish = wish
    if wish == true or (wish and not named[wish]) then
      own = own + 1
      if wish ~= true then named[wish] = own end
      node.thread = own
    elseif wish then
      node.thread = named[wish]
    else
      next_common = next_common % common + 1
      node.thread = next_common
    end
  end
  return own
end

return threads
