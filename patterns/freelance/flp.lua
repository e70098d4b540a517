--- FLP (RFC 10) and the shotgun's frames: what they mean, and what they don't.
-- Total: any frames give a message, or nil and one of few reasons; nothing here raises for what a
-- peer sent. `control` is the client's business, and comes back as it was.
local flp = { PING = "PING", PONG = "PONG", OK = "OK" }

local MOST_FRAMES <const> = 253 -- of a request: an echo has two more, and 255 are a message

local function parse(command, first, ...)
  if select("#", ...) > 0 then return "carried", first, ... end
  if first == command then return command end
  return nil, "unknown command"
end

--- What a server of model 3 hears, without the client's id: "PING" | "carried", control, body...;
--- or nil and why.
function flp.from_client(...)
  if select("#", ...) > MOST_FRAMES then return nil, "request of too many frames" end
  return parse(flp.PING, ...)
end

--- What a client of model 3 hears from a server: "PONG" | "carried", control, reply...; or nil and
--- why. A reply whose control happens to be "PONG" is a reply.
function flp.from_server(...) return parse(flp.PONG, ...) end

--- What a server of model 2 hears is a number and a body, one frame in the Guide: is it?
function flp.is_shot(...) return select("#", ...) > 1 end

--- What a client of model 2 hears from a server, on its DEALER: number, reply...; or nil and why.
function flp.from_shot(empty, number, ...)
  if empty ~= "" or select("#", ...) == 0 then return nil, "malformed reply" end
  return number, ...
end

return flp
