--- TSP, the Titanic Service Protocol (RFC 9): what its services are asked and answer, inside MDP.
-- The parsers are total: any frames give a request, or nil and the reason.
local mdp = require "majordomo/mdp"

local tsp = {
  OK = "200", PENDING = "300", UNKNOWN = "400", ERROR = "500", -- statuses of a reply
  MAX_FRAMES = mdp.MAX_FRAMES - 1, -- of a reply: the status goes before it
}

--- A uuid in upper case; nil if this is none. It is checked before any use.
function tsp.uuid(text)
  if type(text) == "string" and #text == 32 and not text:find "%X" then return text:upper() end
end

--- May this be stored for this service? How many bytes it has; or nil and the reason.
function tsp.check_request(service, ...)
  local good, reason = mdp.check_request(service or "", ...)
  if not good then return nil, reason end
  if mdp.is_reserved(service) or service:find "^titanic%." then
    return nil, "requests for this service are not stored"
  end
  local bytes = #service
  for i = 1, select("#", ...) do bytes = bytes + #(select(i, ...)) end
  return bytes
end

--- The status of a reply, without its text: "200"; and what follows it.
function tsp.from_titanic(status, ...)
  if status == nil then return nil, ... end
  return status:match "^%d%d%d" or tsp.ERROR, ...
end

return tsp
