--- The load balancer's protocol: what frames mean, and what they don't.
-- Total: any frames give a message, or nil and one of few reasons; nothing here raises for what a
-- peer sent.
local lb = { READY = "\1" }

local READY <const> = { [lb.READY] = true, READY = true } -- the latter says the Guide's lbbroker1

--- Is this, without the client's id, what a broker hears from a client?
function lb.is_request(empty, ...) return empty == "" and select("#", ...) > 0 end

--- What a broker hears from a worker, without its id: "ready" | "reply", client, body...; or nil
--- and why. The number of frames tells them apart, so that a client's id may be anything.
function lb.from_worker(empty, first, delimiter, ...)
  if empty ~= "" or not first then return nil, "malformed message of a worker" end
  if not delimiter then
    if READY[first] then return "ready" end
    return nil, "unknown command"
  end
  if delimiter ~= "" or select("#", ...) == 0 then return nil, "malformed reply" end
  return "reply", first, ...
end

--- What a worker's REQ hears from its broker: client, body...; or nil and why.
function lb.from_broker(client, delimiter, ...)
  if delimiter ~= "" or select("#", ...) == 0 then return nil, "malformed request" end
  return client, ...
end

return lb
