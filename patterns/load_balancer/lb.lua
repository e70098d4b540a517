--- The load balancer's protocol: what frames mean, and what they don't.
-- Total: any frames give a message, or nil and one of few reasons; nothing here raises for what a
-- peer sent.
local lb = { READY = "\1" }

local MOST_FRAMES <const> = 251 -- of a body: four more lead it to a worker, and 255 are a message

local READY <const> = { [lb.READY] = true, READY = true } -- the latter says the Guide's lbbroker1

--- Is this what a client says and gets, an empty frame and a body that fits in all messages?
function lb.is_body(empty, ...)
  local count = select("#", ...)
  return empty == "" and count > 0 and count <= MOST_FRAMES
end

--- What a broker hears from a worker, without its id: "ready" | "reply", client, body...; or nil
--- and why. The number of frames tells them apart, so that a client's id may be anything.
function lb.from_worker(empty, first, delimiter, ...)
  if empty ~= "" or not first then return nil, "malformed message of a worker" end
  if not delimiter then
    if READY[first] then return "ready" end
    return nil, "unknown command"
  end
  if not lb.is_body(delimiter, ...) then return nil, "malformed reply" end
  return "reply", first, ...
end

--- What a worker's REQ hears from its broker: client, body...; or nil and why.
function lb.from_broker(client, delimiter, ...)
  if not lb.is_body(delimiter, ...) then return nil, "malformed request" end
  return client, ...
end

return lb
