--- MDP 0.1 and 0.2 (RFC 7 and 18): messages from and to frames.
-- The parsers, `from_...`, are total: any frames give a message, or nil and one of few reasons.
-- `to_...` returns frames. 0.1 begins with an empty frame and 0.2 does not, so one socket can have
-- both. A peer of the broker is { address = routing id, version = 1 or 2 }.
local mdp = {}

local MAX_NAME <const> = 255 -- bytes of a service's name
mdp.MAX_FRAMES = 249 -- of a body: six more lead it to or from a worker, and 255 are a message

local BYTES <const> = { -- on a worker's connection, by version
  { ready = "\1", request = "\2", final = "\3", heartbeat = "\4", disconnect = "\5" },
  { ready = "\1", request = "\2", partial = "\3", final = "\4",
    heartbeat = "\5", disconnect = "\6" },
}
local CLIENT_BYTES <const> = { request = "\1", partial = "\2", final = "\3" } -- 0.2 only

local COMMANDS <const> = { {}, {} } -- version -> byte -> command
for version, bytes in ipairs(BYTES) do
  for command, byte in pairs(bytes) do COMMANDS[version][byte] = command end
end

local function is_name(name) return name ~= nil and name ~= "" and #name <= MAX_NAME end

--- Is this the name of a service that the broker answers for itself (MMI)?
function mdp.is_reserved(name) return name:sub(1, 4) == "mmi." end

--- May a service of this name be asked for this body? True; or nil and the reason.
function mdp.check_request(name, ...)
  local count = select("#", ...)
  if not is_name(name) or count == 0 then return nil, "malformed request" end
  if count > mdp.MAX_FRAMES then return nil, "request of too many frames" end
  return true
end

-- ---- the broker's side ----

local function from_client(version, ...)
  local valid, reason = mdp.check_request(...)
  if not valid then return nil, reason end
  return "request", version, ...
end

local function from_worker(version, byte, ...)
  local command, count = COMMANDS[version][byte], select("#", ...)
  if command == "partial" or command == "final" then
    local client, empty = ...
    if count > 2 and client ~= "" and empty == "" then
      return command, version, client, select(3, ...)
    end
  elseif command == "ready" then
    if count == 1 and is_name(...) then
      if mdp.is_reserved(...) then return nil, "READY for a reserved name", version end
      return command, version, ...
    end
  elseif command == "heartbeat" or command == "disconnect" then
    if count == 0 then return command, version end
  else
    return nil, "unknown command of a worker", version -- also "request", which is a broker's
  end
  return nil, "malformed " .. command, version
end

--- What a broker receives, without the routing id: a command, its version, and
--- "request" service, body... | "ready" service | "partial", "final" client, body... |
--- "heartbeat" | "disconnect". Or nil, the reason, and the version if it came as a worker's.
function mdp.from_peer(first, second, ...)
  if first == "" then
    if second == "MDPC01" then return from_client(1, ...) end
    if second == "MDPW01" then return from_worker(1, ...) end
  elseif first == "MDPW02" then
    return from_worker(2, second, ...)
  elseif first == "MDPC02" then
    if second == CLIENT_BYTES.request then return from_client(2, ...) end
    return nil, "malformed request"
  end
  return nil, "not MDP"
end

--- The frames of a command to a worker.
function mdp.to_worker(worker, command, ...)
  local byte = BYTES[worker.version][command]
  if worker.version == 1 then return worker.address, "", "MDPW01", byte, ... end
  return worker.address, "MDPW02", byte, ...
end

--- The frames that hand a request, { address, [i] = frame }, to a worker.
function mdp.request_to_worker(worker, request)
  return mdp.to_worker(worker, "request", request.address, "", table.unpack(request))
end

--- The frames of a reply, "partial" or "final", to a request: { address, version, service = name }.
--- 0.1 has only final ones.
function mdp.to_client(request, command, ...)
  if request.version == 1 then return request.address, "", "MDPC01", request.service, ... end
  return request.address, "MDPC02", CLIENT_BYTES[command], request.service, ...
end

-- ---- the side of our worker and client, which speak 0.1 ----

--- The frames of a worker's command.
function mdp.worker_to_broker(command, ...) return "", "MDPW01", BYTES[1][command], ... end

--- What a worker receives: "request" client, body... | "heartbeat" | "disconnect". Or nil and the
--- reason.
function mdp.worker_from_broker(empty, header, byte, client, delimiter, ...)
  local command = empty == "" and header == "MDPW01" and COMMANDS[1][byte]
  if command == "heartbeat" or command == "disconnect" then return command end
  if command ~= "request" then return nil, "not a broker's command" end
  if delimiter ~= "" or select("#", ...) == 0 then return nil, "malformed request" end
  return command, client, ...
end

--- The frames of a request for a service.
function mdp.client_to_broker(service, ...) return "", "MDPC01", service, ... end

--- The body of a reply to a request for this service. Or nil and the reason, also when `recv`
--- returned one instead of frames.
function mdp.client_from_broker(service, empty, header, name, ...)
  if empty == nil then return nil, header end
  if empty ~= "" or header ~= "MDPC01" or name ~= service or select("#", ...) == 0 then
    return nil, "malformed reply"
  end
  return ...
end

return mdp
