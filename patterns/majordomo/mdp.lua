--- MDP 0.1 and 0.2 (RFC 7 and 18): what frames mean, and how to say it in frames.
-- Total: any frames give a message, or nil and one of few reasons; nothing here raises for what a
-- peer sent. 0.1 begins with an empty frame, 0.2 does not, so one socket can hear both.
local mdp = {}

local LONGEST_NAME <const> = 255 -- of a service
mdp.MOST_FRAMES = 249 -- of a body: six more lead it to or from a worker, and 255 are a message

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

local function is_name(name) return name ~= nil and name ~= "" and #name <= LONGEST_NAME end

-- ---- the broker's side ----

--- May a service of this name be asked for this body? True; or nil and why not.
function mdp.check_request(name, ...)
  local count = select("#", ...)
  if not is_name(name) or count == 0 then return nil, "malformed request" end
  if count > mdp.MOST_FRAMES then return nil, "request of too many frames" end
  return true
end

local function from_client(version, ...)
  local good, reason = mdp.check_request(...)
  if not good then return nil, reason end
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
    if count == 1 and is_name(...) then return command, version, ... end
  elseif command == "heartbeat" or command == "disconnect" then
    if count == 0 then return command, version end
  else
    return nil, "unknown command of a worker", version -- also "request", which is a broker's
  end
  return nil, "malformed " .. command, version
end

--- What a broker hears, without the address: a command, its version, and
--- "request" service, body... | "ready" service | "partial", "final" client, body... |
--- "heartbeat" | "disconnect". Or nil, the reason, and the version if it came as a worker's.
function mdp.parse(first, second, ...)
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

--- Says a command to a worker, { address =, version = }: true, or nil and the reason.
function mdp.to_worker(router, worker, command, ...)
  local version = worker.version
  local byte = BYTES[version][command]
  if version == 1 then return router:send(worker.address, "", "MDPW01", byte, ...) end
  return router:send(worker.address, "MDPW02", byte, ...)
end

--- Sends a "partial" or "final" reply to a client, { address =, version = }; 0.1 knows only final
--- ones. True, or nil and the reason.
function mdp.to_client(router, client, command, service, ...)
  if client.version == 1 then return router:send(client.address, "", "MDPC01", service, ...) end
  return router:send(client.address, "MDPC02", CLIENT_BYTES[command], service, ...)
end

-- ---- the side of our worker and client, which speak 0.1 ----

--- Says a worker's command to its broker.
function mdp.say(socket, command, ...)
  return socket:send("", "MDPW01", BYTES[1][command], ...)
end

--- What a worker hears: "request" client, body... | "heartbeat" | "disconnect". Or nil and why.
function mdp.hear(empty, header, byte, client, delimiter, ...)
  local command = empty == "" and header == "MDPW01" and COMMANDS[1][byte]
  if command == "heartbeat" or command == "disconnect" then return command end
  if command ~= "request" then return nil, "not a broker's command" end
  if delimiter ~= "" or select("#", ...) == 0 then return nil, "malformed request" end
  return command, client, ...
end

--- Asks a broker for a service.
function mdp.ask(socket, service, ...) return socket:send("", "MDPC01", service, ...) end

--- The body of the reply to a client that asked for this service; or nil and why.
function mdp.answer(service, empty, header, name, ...)
  if empty == nil then return nil, header end -- nothing was received, for this reason
  if empty ~= "" or header ~= "MDPC01" or name ~= service or select("#", ...) == 0 then
    return nil, "malformed reply"
  end
  return ...
end

return mdp
