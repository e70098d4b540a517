--- What libzmq accepts for the options of a socket, beyond their types: values and socket types.
-- libzmq itself says only EINVAL, or nothing when it ignores an option. spec/unit/
-- socket_limits_spec.lua compares this table with libzmq.
local ranges = require "role/ranges"

local socket_limits = {}

local INT_MAX <const> = 2147483647

local function from(min) return { min = min, max = INT_MAX } end

local NOT_NEGATIVE <const>, POSITIVE <const>, OR_UNSET <const> = from(0), from(1), from(-1)
local SHORT_TEXT <const> = { min = 1, max = 255 }
local NAME_TYPE <const> = { 0, 1, 2 }

local VALUES <const> = {
  affinity = { min = 0 }, backlog = NOT_NEGATIVE, bindtodevice = { min = 1, max = 15 },
  connect_routing_id = { min = 1 }, connect_timeout = NOT_NEGATIVE,
  gssapi_principal = SHORT_TEXT, gssapi_principal_nametype = NAME_TYPE,
  gssapi_service_principal = SHORT_TEXT, gssapi_service_principal_nametype = NAME_TYPE,
  handshake_ivl = NOT_NEGATIVE, heartbeat_ivl = NOT_NEGATIVE, heartbeat_timeout = NOT_NEGATIVE,
  heartbeat_ttl = { min = 0, max = 6553599 }, linger = OR_UNSET, maxmsgsize = { min = -1 },
  multicast_hops = POSITIVE, multicast_maxtpdu = POSITIVE, plain_password = SHORT_TEXT,
  plain_username = SHORT_TEXT, rate = POSITIVE, rcvbuf = OR_UNSET, rcvhwm = NOT_NEGATIVE,
  rcvtimeo = OR_UNSET, reconnect_ivl = OR_UNSET, reconnect_ivl_max = NOT_NEGATIVE,
  recovery_ivl = NOT_NEGATIVE, routing_id = SHORT_TEXT, sndbuf = OR_UNSET, sndhwm = NOT_NEGATIVE,
  sndtimeo = OR_UNSET, socks_proxy = { min = 1 }, tcp_keepalive = { -1, 0, 1 },
  tcp_keepalive_cnt = OR_UNSET, tcp_keepalive_idle = OR_UNSET, tcp_keepalive_intvl = OR_UNSET,
  tcp_maxrt = NOT_NEGATIVE, tos = NOT_NEGATIVE, use_fd = OR_UNSET, zap_domain = SHORT_TEXT,
}

-- Options of some types of sockets; all others are for every type.
local TYPES <const> = {
  conflate = { "dealer", "pub", "pull", "push", "sub" }, -- libzmq ignores it with the others
  connect_routing_id = { "router", "stream" },
  probe_router = { "dealer", "req", "router" },
  req_correlate = { "req" }, req_relaxed = { "req" },
  router_handover = { "router" }, router_mandatory = { "router" }, router_raw = { "router" },
  stream_notify = { "stream" },
  xpub_manual = { "xpub" }, xpub_nodrop = { "pub", "xpub" }, xpub_verbose = { "xpub" },
  xpub_verboser = { "xpub" }, xpub_welcome_msg = { "pub", "xpub" },
}

-- Other libraries' and older names.
local ALIASES <const> = {
  hwm = "'sndhwm' and 'rcvhwm'", identity = "'routing_id'", sub = "'subscribe'",
  delay_attach_on_connect = "'immediate'", ipv4only = "'ipv6'", tcp_accept_filter = "'zap_domain'",
  router_behavior = "'router_mandatory'", connect_rid = "'connect_routing_id'",
  max_msg_size = "'maxmsgsize'", reconnect_interval = "'reconnect_ivl'", port = "'bind'",
  endpoint = "'bind' or 'connect'", address = "'bind' or 'connect'",
  rcv_timeout = "'rcvtimeo'", snd_timeout = "'sndtimeo'", topic = "'subscribe'",
  topics = "'subscribe'",
}

local function key_problem(name, value)
  if not name:find("^curve_.*key$") or #value == 32 then return nil end
  if #value == 40 and not value:find("[^%w.:+=^!/*?&<>()%[%]{}@%%$#-]") then return nil end
  return ("is a key of 32 bytes, or of 40 characters in Z85, not of %d bytes"):format(#value)
end

--- What is wrong with this value of an option of a socket, "must be at least 0, not -1"; or nil.
-- `kind` is the option's type as convert has them.
function socket_limits.problem(name, kind, value)
  if type(value) == "string" then
    local problem = key_problem(name, value)
    if problem then return problem end
  end
  return ranges.problem(VALUES[name], { name = kind.name == "binary" and "string" or kind.name },
    value)
end

--- Why a socket of this type can't have the option: "is for dealer, req and router sockets, not for
-- a push"; or nil.
function socket_limits.type_problem(name, socket_type)
  local types = TYPES[name]
  if not types then return nil end
  for _, each in ipairs(types) do
    if each == socket_type then return nil end
  end
  local names = table.concat(types, ", "):gsub(", ([^,]*)$", " and %1")
  return ("is for %s sockets, not for a %s"):format(names, socket_type)
end

--- " (did you mean 'routing_id'?)" for a name that is of other or older libraries; or nil.
function socket_limits.alias_hint(name)
  local meant = ALIASES[name]
  return meant and (" (did you mean %s?)"):format(meant)
end

return socket_limits
