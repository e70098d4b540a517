--- The inproc transport in both worlds: no network, no reconnect, marks that add up.
local helper = require "spec.helper"
local scenario = require "spec.conformance.scenario"

local conforms = scenario.tests(it)

describe("inproc", function()
  after_each(helper.cleanup)

  conforms("carries requests and replies", [[
    a = rep bind=inproc://a
    b = req connect=inproc://a
    b send question        -> ok
    a recv                 -> question
    a send answer          -> ok
    b recv                 -> answer
  ]])

  conforms("is there at once", [[
    a = push bind=inproc://a
    b = pull connect=inproc://a
    a send x               -> ok
    b recv                 -> x
  ]])

  conforms("may be connected before it is bound", [[
    b = push connect=inproc://a
    b send early           -> ok
    a = pull bind=inproc://a
    a recv                 -> early
  ]])

  conforms("takes one owner of a name", [[
    a = pull bind=inproc://a
    b = pull bind=inproc://a    -> EADDRINUSE
  ]])

  conforms("makes a name up for *, as often as it is asked", [[
    a = pull bind=inproc://*    -> ok
    b = pull bind=inproc://*    -> ok
    b bind inproc://*           -> ok
    c = push connect=inproc://* -> ok
    c send x               -> ok
    a quiet                -> timeout
    b quiet                -> timeout
  ]])

  conforms("frees the name when its owner closes", [[
    a = pull bind=inproc://a
    a close                -> ok
    b = pull bind=inproc://a    -> ok
  ]])

  conforms("tells names apart by every letter", [[
    a = pull bind=inproc://a
    b = pull bind=inproc://A
    c = push connect=inproc://A
    c send x               -> ok
    a quiet                -> timeout
    b recv                 -> x
  ]])

  conforms("names a peer to a ROUTER at once", [[
    a = router bind=inproc://a
    b = dealer connect=inproc://a routing_id=bob
    a send bob x           -> ok
    b recv                 -> x
  ]])

  conforms("passes ids on both ways", [[
    a = router bind=inproc://a routing_id=alice
    b = router connect=inproc://a routing_id=bob
    a send bob x           -> ok
    b recv                 -> alice x
    b send alice y         -> ok
    a recv                 -> bob y
  ]])

  conforms("makes up ids as the network does", [[
    a = router bind=inproc://a
    b = dealer connect=inproc://a
    c = dealer connect=inproc://a
    b send 1               -> ok
    c send 2               -> ok
    a sorted               -> #1 1 / #2 2
  ]])

  conforms("passes subscriptions without delay", [[
    a = pub bind=inproc://a
    b = sub connect=inproc://a subscribe=t
    wait
    a send t1              -> ok
    b recv                 -> t1
  ]])

  conforms("does not come back by itself", [[
    a = pull bind=inproc://a
    b = push connect=inproc://a
    b send 1               -> ok
    a recv                 -> 1
    a close                -> ok
    wait
    b send 2               -> full
    a = pull bind=inproc://a
    wait 200
    b send 3               -> full
  ]])

  conforms("tells a ROUTER that a peer has left", [[
    a = router bind=inproc://a
    b = dealer connect=inproc://a routing_id=bob
    a send bob x           -> ok
    b close                -> ok
    wait
    a send bob y           -> unreachable
  ]])

  conforms("gives what was sent before a close", [[
    a = pull bind=inproc://a
    b = push connect=inproc://a
    b flood 3 m            -> 3
    b close                -> ok
    a drain                -> m1 / m2 / m3
  ]])

  conforms("refuses conflation to a name that is not bound", [[
    a = push conflate=1
    a connect inproc://absent -> EOPNOTSUPP
    a close                -> ok
  ]])

  conforms("what was sent, and closed, before anybody was bound, is not lost", [[
    b = push connect=inproc://a
    b send early           -> ok
    b close                -> ok
    a = pull bind=inproc://a
    a recv                 -> early
  ]])

  conforms("PAIRs have one peer", [[
    a = pair bind=inproc://a
    b = pair connect=inproc://a
    c = pair connect=inproc://a
    b send b               -> ok
    a recv                 -> b
    a send x               -> ok
    b recv                 -> x
    c quiet                -> timeout
  ]])

  conforms("can be left", [[
    a = pull bind=inproc://a
    b = push connect=inproc://a
    b send 1               -> ok
    b disconnect inproc://a     -> ok
    wait
    b send 2               -> full
    a drain                -> 1
  ]])

  conforms("balances as the network does", [[
    a = pull bind=inproc://a
    b = pull bind=inproc://b
    c = push connect=inproc://a,inproc://b
    c flood 4 m            -> 4
    a drain                -> m1 / m3
    b drain                -> m2 / m4
  ]])

  conforms("lets a REP return envelopes", [[
    a = rep bind=inproc://a
    b = dealer connect=inproc://a
    b send x y '' hello    -> ok
    a recv                 -> hello
    a send world           -> ok
    b recv                 -> x y '' world
  ]])

  conforms("tells an XPUB of subscriptions", [[
    a = xpub bind=inproc://a
    b = sub connect=inproc://a subscribe=t
    a recv                 -> \x01t
    b close                -> ok
    a recv                 -> \x00t
  ]])

  conforms("carries a welcome message", [[
    a = xpub bind=inproc://a xpub_welcome_msg=hello
    b = sub connect=inproc://a subscribe=hello
    a recv                 -> \x01hello
    b recv                 -> hello
  ]])

  conforms("takes sockets that do not match", [[
    a = pull bind=inproc://a
    b = req connect=inproc://a
    b send x               -> ok
    a recv                 -> '' x
  ]])
end)
