--- PPP (RFC 6), the Paranoid Pirate Protocol: what frames mean, and what they don't.
-- Total: any frames give a message, or nil and one of few reasons; nothing here raises for what a
-- peer sent. On a worker's connection there is no empty frame in front.
local ppp = { READY = "\1", HEARTBEAT = "\2" }

-- One frame is a command. More are a client's id, an empty frame and the body; what is in the id
-- does not matter.
local function parse(commands, carried, first, delimiter, ...)
  if not delimiter then
    if commands[first] then return commands[first] end
    return nil, "unknown command"
  end
  if delimiter ~= "" or select("#", ...) == 0 then return nil, "malformed " .. carried end
  return carried, first, ...
end

local WORKERS <const> = { [ppp.READY] = "ready", [ppp.HEARTBEAT] = "heartbeat" }
local QUEUES <const> = { [ppp.HEARTBEAT] = "heartbeat" }

--- What a queue hears from a worker, without its address: "ready" | "heartbeat" |
--- "reply", client, body...; or nil and why.
function ppp.from_worker(...) return parse(WORKERS, "reply", ...) end

--- What a worker hears from its queue: "heartbeat" | "request", client, body...; or nil and why.
function ppp.from_queue(...) return parse(QUEUES, "request", ...) end

--- Is this, without the client's id, what a queue hears from a client?
function ppp.is_request(empty, ...) return empty == "" and select("#", ...) > 0 end

return ppp
