--- Endpoints: their syntax, and which of them are the same. No name is resolved, no file opened.
local nearest = require "base/nearest"

local endpoint = {}

local PATH_MAX <const> = 107 -- what fits into a unix socket's address

local HOST <const> = "^[%w_.:%%-]+$" -- a name, an address, an interface; IPv6 also without brackets
local BRACKETED <const> = "^%[[%x:.]+%%?[%w_.-]*%]$"

-- Is this host an IPv4 or IPv6 address?
local function is_address(host)
  return host:find("^%d+%.%d+%.%d+%.%d+$") or host:find(":", 1, true) or host:find("^%[")
end

-- "host:port" in the forms libzmq takes; connecting may name a source, "source;host:port".
local function host_and_port(address, use)
  local source, rest = address:match("^([^;]*);(.*)$")
  if source then
    if use == "bind" then return "a source address is for connecting" end
    address = rest
    if source == "" then return "no source address before ';'" end
  end
  local host, port = address:match("^(.*):([^:]*)$")
  if not host then return "no port" end
  if port == "" then return "no port" end
  if host == "" then return "no host" end
  if host ~= "*" and not host:find(HOST) and not host:find(BRACKETED) then
    return ("bad host '%s'"):format(host)
  end
  if use == "bind" and not is_address(host) and (host == "localhost" or host:find("%.")) then
    return ("'%s' is a name; bind to an address or an interface, such as 127.0.0.1"):format(host)
  end
  if use == "connect" then
    if host == "*" then return "'*' is for binding; name a host to connect to" end
    if port == "*" then return "'*' is for binding; name a port to connect to" end
  end
  if port == "*" then return nil end
  local number = port:find("^%d+$") and math.tointeger(tonumber(port))
  if not number or number > 65535 then return ("bad port '%s'"):format(port) end
  if number == 0 and use == "connect" then return "no such port: 0" end
  return nil
end

local function name(address, use)
  if address ~= "*" or use == "bind" then return nil end
  return "'*' is for binding; name an address to connect to"
end

local function path(address, use)
  if #address > PATH_MAX then return ("a path of more than %d bytes"):format(PATH_MAX) end
  return name(address, use)
end

local function anything() return nil end

local TRANSPORTS <const> = {
  tcp = host_and_port, ipc = path, inproc = name, pgm = anything, epgm = anything,
  tipc = anything, vmci = anything,
}

--- Host and port of a tcp endpoint, as text; nil of another.
function endpoint.tcp(text)
  local address = text:match("^tcp://(.*)$")
  if not address then return nil end
  return address:gsub("^[^;]*;", ""):match("^(.*):([^:]*)$")
end

--- Does the endpoint have an IPv6 address? Only sockets with `ipv6` take one.
function endpoint.is_ipv6(text)
  local host = endpoint.tcp(text)
  return host ~= nil and (host:find(":", 1, true) or host:find("^%[")) ~= nil
end

--- What is the same for two endpoints when one reaches the other, or both can't be bound: of tcp
-- the port, else all of it.
function endpoint.key(text)
  local _, port = endpoint.tcp(text)
  return port and port:find("^%d+$") and "tcp:" .. port or text
end

--- The endpoint to connect to, on the same machine, to reach what is bound to this one.
function endpoint.reachable(text)
  local host, port = endpoint.tcp(text)
  if host ~= "*" and host ~= "0.0.0.0" then return text end
  return ("tcp://localhost:%s"):format(port)
end

--- What is wrong with `text` as an endpoint to `use` ("bind" or "connect"), or nil.
function endpoint.problem(text, use)
  if text:find("^@") then return "'@node.socket' has a meaning in a topology only" end
  if text:find("%z") then return "a zero byte in it" end
  local transport, address = text:match("^(%w*)://(.*)$")
  if not transport then return "an endpoint is written transport://address" end
  local check = TRANSPORTS[transport]
  if not check then
    return ("unknown transport '%s'%s"):format(transport, nearest.hint(transport, TRANSPORTS))
  end
  if address == "" then return "no address" end
  return check(address, use)
end

return endpoint
