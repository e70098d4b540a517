--- The protocol of model 2, requests with a number: messages from and to frames.
-- The parsers, `from_...`, are total; `to_...` returns frames. A server is a REP, so there is no
-- empty frame on its side.
local numbered = { OK = "OK" }

--- What a server receives: a number and a body (of one frame, in the Guide). Or nil and the reason.
function numbered.from_client(number, ...)
  if select("#", ...) == 0 then return nil, "malformed request" end
  return number, ...
end

--- What a client receives, on its DEALER: number, status...; or nil and the reason.
function numbered.from_server(empty, number, ...)
  if empty ~= "" or select("#", ...) == 0 then return nil, "malformed reply" end
  return number, ...
end

--- The frames of a reply.
function numbered.to_client(number, ...) return number, numbered.OK, ... end

--- The frames of a request.
function numbered.to_server(number, ...) return "", number, ... end

return numbered
