--- MMI (RFC 8): what a broker answers by itself to requests for a service called "mmi.*".
local queue = require "sloop.queue"

local mmi = {}

local answers = {
  ["mmi.service"] = function(services, name)
    local service = services[name]
    return service and service.workers > 0 and "200" or "404"
  end,

  -- Ours: a line for each service, by name: its workers, its waiting requests, its name.
  ["mmi.services"] = function(services)
    local names, lines = {}, {}
    for name in pairs(services) do table.insert(names, name) end
    table.sort(names)
    for i, name in ipairs(names) do
      local waiting = queue.size(services[name].requests)
      lines[i] = ("%d %d %s\n"):format(services[name].workers, waiting, (name:gsub("%c", "?")))
    end
    return "200", table.concat(lines)
  end,
}

function mmi.is_reserved(name) return name:sub(1, 4) == "mmi." end

--- The reply's frames, from the broker's services: name -> { workers = count, requests = queue }.
function mmi.answer(services, name, ...)
  local answer = answers[name]
  if not answer then return "501" end
  return answer(services, ...)
end

return mmi
