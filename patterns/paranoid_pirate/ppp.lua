--- PPP (RFC 6), the Paranoid Pirate Protocol: messages from and to frames.
-- The parsers, `from_...`, are total: any frames give a message, or nil and one of few reasons.
-- `to_...` returns frames. There is no empty frame in front on a worker's connection.
local ppp = { READY = "\1", HEARTBEAT = "\2" }

local MAX_FRAMES <const> = 252 -- of a body: three more lead it to a worker, and 255 are a message

--- Is this what a client sends and gets: an empty frame, and a body that fits in all messages?
function ppp.is_body(empty, ...)
  local count = select("#", ...)
  return empty == "" and count > 0 and count <= MAX_FRAMES
end

-- One frame is a command. More are a client's id, which may be anything, an empty frame and a body.
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

--- What a queue receives from a worker, without its address: "ready" | "heartbeat" |
--- "reply", client, body...; or nil and the reason.
function ppp.from_worker(...) return parse(WORKERS, "reply", ...) end

--- What a worker receives from its queue: "heartbeat" | "request", client, body...; or nil and the
--- reason.
function ppp.from_queue(...) return parse(QUEUES, "request", ...) end

--- The frames of a request to the worker of this address: { client, "", body... }.
function ppp.to_worker(address, request) return address, table.unpack(request) end

--- The frames of a reply to the queue.
function ppp.to_queue(client, ...) return client, "", ... end

--- The frames of a reply to a client.
function ppp.to_client(client, ...) return client, "", ... end

return ppp
