--- Connections in both worlds: before, between and after; reconnects, their events.
local helper = require "spec.helper"
local scenario = require "spec.conformance.scenario"

local conforms = scenario.tests(it)

describe("a connection", function()
  after_each(helper.cleanup)

  conforms("may be asked for before anybody is bound", [[
    b = dealer connect=A
    wait
    a = dealer bind=A
    wait 300
    b send x               -> ok
    a recv                 -> x
    a send y               -> ok
    b recv                 -> y
  ]])

  conforms("is tried again and again", [[
    b = dealer connect=A reconnect_ivl=20
    wait 300
    a = dealer bind=A
    b send x               -> ok
    a recv                 -> x
  ]])

  conforms("is not tried again with an interval of -1", [[
    b = dealer connect=A reconnect_ivl=-1
    wait 200
    a = dealer bind=A
    wait 300
    b send x               -> ok
    a quiet                -> timeout
  ]])

  conforms("waits longer each time up to the longest interval", [[
    b watched dealer connect=A reconnect_ivl=10 reconnect_ivl_max=40
    wait 400
    a = dealer bind=A
    b send x               -> ok
    a recv                 -> x
  ]])

  conforms("tells its events in order, where it is bound", [[
    a watched dealer bind=A
    b = dealer connect=A
    a await handshake_succeeded  -> listening accepted handshake_succeeded
    b close                -> ok
    a await disconnected   -> disconnected
  ]])

  conforms("tells its events in order, where it was asked for", [[
    a = dealer bind=A
    b watched dealer
    b connect A            -> ok
    b await handshake_succeeded  -> connect_delayed connected handshake_succeeded
  ]])

  conforms("tells of an end and of a new try", [[
    a = dealer bind=A
    b watched dealer reconnect_ivl=200
    b connect A            -> ok
    b await handshake_succeeded  -> connect_delayed connected handshake_succeeded
    a close                -> ok
    b await connect_retried
  ]])

  conforms("tells of tries that fail", [[
    b watched dealer connect=A reconnect_ivl=100
    b await connect_retried
  ]])

  conforms("tells of a socket that no longer listens", [[
    a watched dealer bind=A
    a close                -> ok
    wait
    a events               -> listening
  ]])

  conforms("that was left keeps nothing for the other side", [[
    a = dealer bind=A
    b = dealer connect=A
    a recv
    b disconnect A         -> ok
    wait
    a send x               -> full
  ]])

  conforms("that was left still carries what was sent before", [[
    a = pull bind=A
    b = push connect=A
    wait
    b flood 3 m            -> 3
    b disconnect A         -> ok
    a drain                -> m1 / m2 / m3
    b send x               -> full
  ]])

  conforms("that was never made is an error to leave", [[
    b = dealer connect=A
    b disconnect B         -> ENOENT
  ]])

  conforms("that was made twice is left at once", [[
    a = pull bind=A
    b = push connect=A,A
    wait
    b disconnect A         -> ok
    wait
    b send x
  ]])

  conforms("can be made again after it was left", [[
    a = pull bind=A
    b = push connect=A
    wait
    b disconnect A         -> ok
    wait
    b connect A            -> ok
    b send x               -> ok
    a recv                 -> x
  ]])

  conforms("to an address that is bound is refused to a second", [[
    a = dealer bind=A
    b = dealer bind=A      -> EADDRINUSE
  ]])

  conforms("an address is free when its owner has closed", [[
    a = pull bind=A
    a close                -> ok
    c again pull bind=A    -> ok
    b = push connect=A
    b send x               -> ok
    c recv                 -> x
  ]])

  conforms("the connecting side keeps what it could not send", [[
    b = push connect=A
    b flood 4 m            -> 4
    wait 200
    a = pull bind=A
    a recv                 -> m1
    a drain                -> m2 / m3 / m4
  ]])

  conforms("the connecting side keeps, over a restart, what it sends while alone", [[
    a = pull bind=A
    b = push connect=A reconnect_ivl=10
    b send 1               -> ok
    a recv                 -> 1
    a close                -> ok
    wait 100
    b send 2               -> ok
    b send 3               -> ok
    a again pull bind=A
    a recv                 -> 2
    a recv                 -> 3
  ]])

  conforms("the binding side keeps nothing for who has left", [[
    a = push bind=A
    b = pull connect=A
    wait
    b close                -> ok
    wait
    a send x               -> full
    b = pull connect=A
    b quiet                -> timeout
  ]])

  conforms("the binding side drops what a peer that left had not got", [[
    a = dealer bind=A
    b = dealer connect=A rcvhwm=1
    wait
    a send 1               -> ok
    wait
    b close                -> ok
    wait
    c = dealer connect=A
    c quiet                -> timeout
  ]])

  conforms("a REQ connected to two goes on with the one that is left", [[
    a = rep bind=A
    b = rep bind=B
    c = req connect=A,B immediate=1
    wait
    b close                -> ok
    wait
    c send 1               -> ok
    a recv                 -> 1
    a send x               -> ok
    c recv                 -> x
    c send 2               -> ok
    a recv                 -> 2
  ]])

  conforms("a reopened socket is connected anew", [[
    a = router bind=A
    b = dealer connect=A
    b send 1               -> ok
    a recv                 -> #1 1
    b reopen               -> ok
    b send 2               -> ok
    a recv                 -> #2 2
  ]])

  conforms("stays up while idle, under heartbeats", [[
    a watched dealer bind=A heartbeat_ivl=20 heartbeat_timeout=60
    b = dealer connect=A heartbeat_ivl=20 heartbeat_timeout=60
    a await handshake_succeeded  -> listening accepted handshake_succeeded
    wait 300
    a events               -> none
    b send x               -> ok
    a recv                 -> x
  ]])

  conforms("stays up while idle, under heartbeats of one side", [[
    a watched dealer bind=A heartbeat_ivl=0
    b = dealer connect=A heartbeat_ivl=20 heartbeat_timeout=60 heartbeat_ttl=100
    a await handshake_succeeded  -> listening accepted handshake_succeeded
    wait 400
    a events               -> none
  ]])
end)
