--- ROUTER in both worlds: whose message it was, who can be reached, ids made up, chosen and taken.
local helper = require "spec.helper"
local scenario = require "spec.conformance.scenario"

local conforms = scenario.tests(it)

describe("ROUTER", function()
  after_each(helper.cleanup)

  conforms("names who wrote, and writes to who is named", [[
    router = router bind=A
    a = dealer connect=A routing_id=alice
    b = dealer connect=A routing_id=bob
    a send from a          -> ok
    router recv            -> alice from a
    b send from b          -> ok
    router recv            -> bob from b
    router send bob to b   -> ok
    router send alice to a -> ok
    b recv                 -> to b
    a recv                 -> to a
  ]])

  conforms("makes up ids of five bytes, one a peer", [[
    router = router bind=A
    a = dealer connect=A
    wait
    b = dealer connect=A
    wait
    a send 1               -> ok
    router recv            -> #1 1
    b send 2               -> ok
    router recv            -> #2 2
    a send 3               -> ok
    router recv            -> #1 3
    router send #2 x       -> ok
    b recv                 -> x
  ]])

  conforms("tells whom it does not know", [[
    router = router bind=A
    router send nobody x   -> unreachable
    a = dealer connect=A routing_id=alice
    wait
    router send nobody x   -> unreachable
    router send alice x    -> ok
    a recv                 -> x
  ]])

  conforms("without mandatory drops what is for nobody", [[
    router = router bind=A router_mandatory=0
    router send nobody x   -> ok
    a = dealer connect=A routing_id=alice
    wait
    router send alice x    -> ok
    a recv                 -> x
  ]])

  conforms("does not know who has left", [[
    router = router bind=A
    a = dealer connect=A routing_id=alice
    a send hi              -> ok
    router recv            -> alice hi
    a close                -> ok
    wait
    router send alice x    -> unreachable
  ]])

  conforms("knows a peer before it has written", [[
    router = router bind=A
    a = dealer connect=A routing_id=alice
    wait
    router send alice x    -> ok
    a recv                 -> x
  ]])

  conforms("lets the first of two with one id stay", [[
    router = router bind=A
    first = dealer connect=A routing_id=same
    wait
    second = dealer connect=A routing_id=same
    wait
    second send hello      -> ok
    first send hi          -> ok
    router drain           -> same hi
    router send same x     -> ok
    first recv             -> x
    second quiet           -> timeout
  ]])

  conforms("a second peer with one id is not heard while the first is there", [[
    router = router bind=A
    first = dealer connect=A routing_id=same
    wait
    second = dealer connect=A routing_id=same
    wait
    second send early      -> ok
    wait
    router quiet           -> timeout
  ]])

  conforms("with handover gives the id to the newer one", [[
    router = router bind=A router_handover=1
    first = dealer connect=A routing_id=same
    wait
    second = dealer connect=A routing_id=same
    wait
    second send hello      -> ok
    router recv            -> same hello
    router send same x     -> ok
    second recv            -> x
    first quiet            -> timeout
  ]])

  conforms("with handover keeps what the older one had sent", [[
    router = router bind=A router_handover=1
    first = dealer connect=A routing_id=same
    first send early       -> ok
    wait
    second = dealer connect=A routing_id=same
    wait
    second send hello      -> ok
    wait
    router sorted          -> same early / same hello
  ]])

  conforms("reads from its peers in turn, behind a message that it fetched ahead", [[
    router = router bind=A
    a = dealer connect=A routing_id=a
    wait
    b = dealer connect=A routing_id=b
    wait
    a send 1               -> ok
    a send 2               -> ok
    a send 3               -> ok
    wait
    b send 1               -> ok
    b send 2               -> ok
    wait
    router drain           -> a 1 / a 2 / b 1 / a 3 / b 2
  ]])

  conforms("says full when a peer does not read", [[
    router = router bind=A sndhwm=2 sndbuf=4096
    a = dealer connect=A routing_id=a rcvhwm=2 rcvbuf=4096
    wait
    router send a one      -> ok
    a recv                 -> one
  ]])

  conforms("needs an id and at least a frame behind it", [[
    router = router bind=A
    a = dealer connect=A routing_id=a
    wait
    router send a          -> ok
    a quiet                -> timeout
    router send a ''       -> ok
    a recv                 -> ''
  ]])

  conforms("takes ids of binary bytes", [[
    router = router bind=A
    a = dealer connect=A routing_id=\x01\x00\xff
    a send x               -> ok
    router recv            -> \x01\x00\xff x
    router send \x01\x00\xff y  -> ok
    a recv                 -> y
  ]])

  conforms("takes an id of 255 bytes, and none of 256", [[
    router = router bind=A
    a = dealer connect=A routing_id=i*255
    a send x               -> ok
    router recv            -> 255 bytes x
    b = dealer connect=A routing_id=i*256   -> EINVAL
  ]])

  conforms("refuses an empty id", [[
    a = dealer connect=A routing_id=''      -> EINVAL
  ]])

  conforms("lets an id that begins with zero be", [[
    router = router bind=A
    a = dealer connect=A routing_id=\x00abc
    a send x
    router quiet
  ]])

  conforms("to ROUTER: both name the other", [[
    a = router bind=A routing_id=a
    b = router connect=A routing_id=b
    wait
    b send a hello         -> ok
    a recv                 -> b hello
    a send b back          -> ok
    b recv                 -> a back
  ]])

  conforms("calls a peer that it connects to as it was told", [[
    a = dealer bind=A
    router = router connect_routing_id=friend connect=A
    wait
    router send friend hi  -> ok
    a recv                 -> hi
    a send back            -> ok
    router recv            -> friend back
  ]])

  conforms("probes tell of a peer", [[
    router = router bind=A
    a = dealer connect=A routing_id=a probe_router=1
    router recv            -> a ''
    router send a hi       -> ok
    a recv                 -> hi
  ]])

  conforms("a ROUTER's probe is an empty message to a DEALER", [[
    a = dealer bind=A
    router = router connect=A probe_router=1
    a recv                 -> ''
  ]])

  conforms("two probing ROUTERs tell each other", [[
    a = router bind=A routing_id=a probe_router=1
    b = router connect=A routing_id=b probe_router=1
    a recv                 -> b ''
    b recv                 -> a ''
  ]])

  conforms("gives a peer that comes back a new id", [[
    router = router bind=A
    a = dealer connect=A
    a send 1               -> ok
    router recv            -> #1 1
    a close                -> ok
    a = dealer connect=A
    a send 2               -> ok
    router recv            -> #2 2
    router send #1 x       -> unreachable | ok
  ]])

  conforms("knows a peer with an id of its own again", [[
    router = router bind=A
    a = dealer connect=A routing_id=a
    a send 1               -> ok
    router recv            -> a 1
    a close                -> ok
    wait
    a = dealer connect=A routing_id=a
    a send 2               -> ok
    router recv            -> a 2
    router send a x        -> ok
    a recv                 -> x
  ]])

  conforms("forgets, over a restart, what was for a peer", [[
    router = router bind=A
    a = dealer connect=A routing_id=a reconnect_ivl=10
    wait
    router send a one      -> ok
    a recv                 -> one
    router close           -> ok
    router again router bind=A
    wait 300
    router send a two      -> ok
    a recv                 -> two
  ]])

  conforms("a REQ's id is taken too", [[
    router = router bind=A
    a = req connect=A routing_id=a
    a send question        -> ok
    router recv            -> a '' question
    router send a '' answer     -> ok
    a recv                 -> answer
  ]])

  conforms("still gives what a peer sent before it left", [[
    router = router bind=A
    a = dealer connect=A routing_id=a
    a send last            -> ok
    wait
    a close                -> ok
    wait
    router recv            -> a last
    router send a x        -> unreachable
  ]])

  conforms("peers of one ROUTER at two addresses share its ids", [[
    router = router bind=A,B
    a = dealer connect=A routing_id=a
    b = dealer connect=B routing_id=b
    wait
    router send b x        -> ok
    router send a y        -> ok
    a recv                 -> y
    b recv                 -> x
  ]])

  conforms("a DEALER that connects twice to one endpoint is one peer", [[
    router = router bind=A
    a = dealer connect=A
    a connect A            -> ok
    wait
    a send 1               -> ok
    a send 2               -> ok
    wait
    router sorted          -> #1 1 / #1 2
  ]])
end)
