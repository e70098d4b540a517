--- MMI (RFC 8): requests for a service called "mmi.*", which the broker answers itself.
local mdp = require "majordomo/mdp"
local queue = require "sloop.queue"

local mmi = {}

local MAX_LINES <const> = 100 -- of mmi.services: clients can make any number of names

-- Inserts a name into a sorted list of the first ones.
local function insert(names, name)
  local i = #names + 1
  while i > 1 and name < names[i - 1] do i = i - 1 end
  if i > MAX_LINES then return end
  table.insert(names, i, name)
  names[MAX_LINES + 1] = nil
end

local answers = {
  ["mmi.service"] = function(services, name)
    local service = services[name]
    return service and service.workers > 0 and "200" or "404"
  end,

  -- Ours: a line for each service: its workers, its waiting requests, its name. They are in order
  -- of their names and begin after the name that is given.
  ["mmi.services"] = function(services, after)
    local names, lines = {}, {}
    for name in pairs(services) do
      if name > after then insert(names, name) end
    end
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
