--- PPP (RFC 6), the Paranoid Pirate Protocol: what frames mean, and what they don't.
-- Total: any frames give a message, or nil and one of few reasons; nothing here raises for what a
-- peer sent. On a worker's connection there is no empty frame in front.
local ppp = { READY = "\1", HEARTBEAT = "\2" }

local MOST_FRAMES <const> = 252 -- of a body: three more lead it to a worker, and 255 are a message

--- Is this what a client says and gets, an empty frame and a body that fits in all messages?
function ppp.is_body(empty, ...)
  local count = select("#", ...)
  return empty == "" and count > 0 and count <= MOST_FRAMES
end

-- One frame is a command. More are a client's id, an empty frame and the body; what is in the id
-- does not matter.
local function parse(commands, carried, first, delimiter, ...)
  if not delimiter then
    if commands[first] then return commands[first] end
    return nil, "unknown command"
  end
  if not ppp.is_body(delimiter, ...) then return nil, "malformed " .. carried end
  return carried, first, ...
end

local WORKERS <const> = { [ppp.READY] = "ready", [ppp.HEARTBEAT] = "heartbeat" }
local QUEUES <const> = { [ppp.HEARTBEAT] = "heartbeat" }

--- What a queue hears from a worker, without its address: "ready" | "heartbeat" |
--- "reply", client, body...; or nil and why.
function ppp.from_worker(...) return parse(WORKERS, "reply", ...) end

--- What a worker hears from its queue: "heartbeat" | "request", client, body...; or nil and why.
function ppp.from_queue(...) return parse(QUEUES, "request", ...) end

return ppp
