--- MMI (RFC 8): requests for a service called "mmi.*", which the broker answers itself.
local mdp = require "majordomo/mdp"
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
      local waiting = queue.size(services[name].waiting)
      lines[i] = ("%d %d %s\n"):format(services[name].workers, waiting, (name:gsub("%c", "?")))
    end
    return "200", table.concat(lines)
  end,
}

local function unknown() return "501" end

--- Answers a request, { address, version, service = name, frame... }, of a broker's client.
function mmi.reply(self, request)
  local answer = answers[request.service] or unknown
  self.router:send(mdp.to_client(request, "final", answer(self.requests.services, request[1])))
end

return mmi
