--- The load balancer's protocol: messages from and to frames.
-- The parsers, `from_...`, are total: any frames give a message, or nil and one of few reasons.
-- `to_...` returns frames.
local lb = {}

local MAX_FRAMES <const> = 251 -- of a body: four more lead it to a worker, and 255 are a message

local READY <const> = { ["\1"] = true, READY = true } -- the Guide's lbbroker1 has the word

--- Is this what a client sends and gets: an empty frame, and a body that fits in all messages?
function lb.is_body(empty, ...)
  local count = select("#", ...)
  return empty == "" and count > 0 and count <= MAX_FRAMES
end

--- What a broker receives from a worker, without its id: "ready" | "reply", client, body...; or nil
--- and the reason. The number of frames tells them apart, so that a client's id may be anything.
function lb.from_worker(empty, first, delimiter, ...)
  if empty ~= "" or not first then return nil, "malformed message of a worker" end
  if not delimiter then
    if READY[first] then return "ready" end
    return nil, "unknown command"
  end
  if not lb.is_body(delimiter, ...) then return nil, "malformed reply" end
  return "reply", first, ...
end

--- What a worker's REQ receives from its broker: client, body...; or nil and the reason.
function lb.from_broker(client, delimiter, ...)
  if not lb.is_body(delimiter, ...) then return nil, "malformed request" end
  return client, ...
end

--- The frames of a request to the worker of this address; they begin with the empty one.
function lb.to_worker(address, client, ...) return address, "", client, ... end

--- The frames of a reply to a client.
function lb.to_client(client, ...) return client, "", ... end

--- The frames that a worker's REQ sends to its broker with a reply.
function lb.to_broker(client, ...) return client, "", ... end

return lb
