--- FLP (RFC 10), the protocol of model 3: messages from and to frames.
-- The parsers, `from_...`, are total: any frames give a message, or nil and one of few reasons.
-- `to_...` returns frames. The client chooses `control`, which comes back with the reply.
local flp = { PING = "PING", PONG = "PONG", OK = "OK" }

local MAX_FRAMES <const> = 253 -- of a request: an echo has two more, and 255 are a message

local function parse(command, carried, first, ...)
  if select("#", ...) > 0 then return carried, first, ... end
  if first == command then return command end
  return nil, "unknown command"
end

--- What a server receives, without the client's id: "PING" | "request", control, body...; or nil
--- and the reason.
function flp.from_client(...)
  if select("#", ...) > MAX_FRAMES then return nil, "request of too many frames" end
  return parse(flp.PING, "request", ...)
end

--- What a client receives from a server: "PONG" | "reply", control, status...; or nil and the
--- reason. A reply whose control happens to be "PONG" is a reply.
function flp.from_server(...) return parse(flp.PONG, "reply", ...) end

--- The frames of PONG, or of a reply, to a client: control, status...
function flp.to_client(client, ...) return client, ... end

--- The frames of PING, or of a request, to a server: control, body...
function flp.to_server(server, ...) return server, ... end

return flp
