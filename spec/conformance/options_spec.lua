--- Options and endpoints in both worlds: what is taken, and with which error the rest is not.
-- One table a kind; a row is tried in both worlds, and must come out alike.
local helper = require "spec.helper"
local scenario = require "spec.conformance.scenario"

local conforms = scenario.tests(it)

-- option, type of socket, values that are taken, values that are refused.
local OPTIONS <const> = {
  { "affinity", "dealer", { 0, 1 }, {} },
  { "backlog", "dealer", { 0, 100 }, {} },
  { "conflate", "pull", { 0, 1 }, {} },
  { "connect_timeout", "dealer", { 0, 1000 }, { -1 } },
  { "handshake_ivl", "dealer", { 0, 100 }, { -1 } },
  { "heartbeat_ivl", "dealer", { 0, 100 }, { -1 } },
  { "heartbeat_timeout", "dealer", { 0, 100 }, { -1 } },
  { "heartbeat_ttl", "dealer", { -99, 0, 100, 6553599 }, { -100, 6553600 } },
  { "immediate", "dealer", { 0, 1 }, { -1, 2 } },
  { "invert_matching", "pub", { 0, 1 }, {} },
  { "ipv6", "dealer", { 0, 1 }, { 2, -1 } },
  { "linger", "dealer", { -1, 0, 1000 }, { -2 } },
  { "maxmsgsize", "dealer", { -1, 0, 1000 }, {} },
  { "multicast_hops", "pub", { 1, 5 }, { 0 } },
  { "probe_router", "router", { 0, 1 }, {} },
  { "probe_router", "pull", {}, { 1 } },
  { "rate", "pub", { 1, 100 }, { 0 } },
  { "rcvbuf", "dealer", { -1, 4096 }, { -2 } },
  { "rcvhwm", "dealer", { 0, 1000 }, { -1 } },
  { "reconnect_ivl", "dealer", { -1, 0, 100 }, { -2 } },
  { "reconnect_ivl_max", "dealer", { 0, 100 }, { -1 } },
  { "recovery_ivl", "pub", { 0, 100 }, { -1 } },
  { "req_correlate", "req", { 0, 1 }, {} },
  { "req_correlate", "dealer", {}, { 1 } },
  { "req_relaxed", "req", { 0, 1 }, {} },
  { "req_relaxed", "rep", {}, { 1 } },
  { "router_handover", "router", { 0, 1 }, {} },
  { "router_handover", "dealer", {}, { 1 } },
  { "router_mandatory", "router", { 0, 1 }, {} },
  { "router_mandatory", "req", {}, { 1 } },
  { "routing_id", "dealer", { "a", "i*255" }, { "i*256", "''" } },
  { "sndbuf", "dealer", { -1, 4096 }, { -2 } },
  { "sndhwm", "dealer", { 0, 1000 }, { -1 } },
  { "tcp_keepalive", "dealer", { -1, 0, 1 }, { 2, -2 } },
  { "tcp_keepalive_cnt", "dealer", { -1, 0, 1 }, { -2 } },
  { "tcp_keepalive_idle", "dealer", { -1, 0, 1 }, { -2 } },
  { "tcp_keepalive_intvl", "dealer", { -1, 0, 1 }, { -2 } },
  { "tcp_maxrt", "dealer", { 0, 100 }, { -1 } },
  { "tos", "dealer", { 0, 255 }, { -1 } },
  { "xpub_manual", "xpub", { 0, 1 }, { -1 } },
  { "xpub_manual", "sub", {}, { 1 } },
  { "xpub_nodrop", "xpub", { 0, 1 }, { -1 } },
  { "xpub_verbose", "xpub", { 0, 1 }, { -1 } },
  { "xpub_verboser", "xpub", { 0, 1 }, { -1 } },
  { "xpub_welcome_msg", "xpub", { "hello", "''" }, {} },
  { "xpub_welcome_msg", "push", {}, { "hello" } },
}

describe("the option", function()
  after_each(helper.cleanup)

  for _, row in ipairs(OPTIONS) do
    local option, type_name, taken, refused = table.unpack(row)
    local steps = {}
    local function try(values, outcome)
      for _, value in ipairs(values) do
        table.insert(steps, ("s%d = %s %s=%s -> %s"):format(#steps, type_name, option, value,
          outcome))
      end
    end
    try(taken, "ok")
    try(refused, "EINVAL")
    conforms(("%s of a %s"):format(option, type_name), table.concat(steps, "\n"))
  end
end)

describe("an endpoint", function()
  after_each(helper.cleanup)

  conforms("needs a transport", [[
    a = dealer
    a bind nowhere         -> EINVAL
    a connect nowhere      -> EINVAL
  ]])

  conforms("needs a transport that is known", [[
    a = dealer
    a bind carrier://pigeon     -> EPROTONOSUPPORT
    a connect carrier://pigeon  -> EPROTONOSUPPORT
  ]])

  conforms("of tcp needs a port", [[
    a = dealer
    a bind tcp://127.0.0.1      -> EINVAL
    a connect tcp://127.0.0.1   -> EINVAL
  ]])

  conforms("of tcp needs a port that is a number of 16 bits", [[
    a = dealer
    a bind tcp://127.0.0.1:http      -> EINVAL
    a bind tcp://127.0.0.1:65536     -> EINVAL
    a bind tcp://127.0.0.1:-1        -> ok
    a connect tcp://127.0.0.1:65536  -> ok
  ]])

  conforms("of tcp cannot be connected to at port 0", [[
    a = dealer
    a connect tcp://127.0.0.1:0
  ]])

  conforms("may leave its port to the system", [[
    a = dealer
    a bind tcp://127.0.0.1:*    -> ok
    a bind tcp://*:*            -> ok
    a bind tcp://127.0.0.1:0    -> ok
  ]])

  conforms("of inproc needs a name", [[
    a = dealer
    a connect inproc://
  ]])

  conforms("that nobody knows is connected to all the same", [[
    a = dealer
    a connect A            -> ok
    a connect inproc://nobody   -> ok
  ]])

  conforms("bound twice by one socket is in use", [[
    a = dealer bind=A
    a bind A               -> EADDRINUSE
  ]])

  conforms("of an interface that there is not", [[
    a = dealer
    a bind tcp://nosuchif0:5555  -> ENODEV
  ]])

  conforms("of an empty text is none", [[
    a = dealer
    a disconnect A         -> ENOENT
    a disconnect inproc://a     -> ENOENT
    a disconnect nonsense  -> EINVAL
  ]])
end)
