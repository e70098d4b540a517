--- PUSH, PULL, DEALER and PAIR in both worlds: who gets what, in which order, and who waits.
local helper = require "spec.helper"
local scenario = require "spec.conformance.scenario"

local conforms = scenario.tests(it)

describe("PUSH and PULL", function()
  after_each(helper.cleanup)

  conforms("carry messages one way, in order", [[
    sink = pull bind=A
    source = push connect=A
    source flood 5 m       -> 5
    sink drain             -> m1 / m2 / m3 / m4 / m5
  ]])

  conforms("a PUSH receives nothing, a PULL sends nothing", [[
    sink = pull bind=A
    source = push connect=A
    sink send x            -> EOPNOTSUPP
    source quiet           -> EOPNOTSUPP
  ]])

  conforms("a PUSH gives to each PULL in turn", [[
    source = push bind=A
    a = pull connect=A
    wait
    b = pull connect=A
    wait
    source flood 6 m       -> 6
    a drain                -> m1 / m3 / m5
    b count                -> 3
  ]])

  conforms("a PUSH that connects to two gives to each in turn", [[
    a = pull bind=A
    b = pull bind=B
    source = push connect=A,B
    source flood 6 m       -> 6
    a drain                -> m1 / m3 / m5
    b drain                -> m2 / m4 / m6
  ]])

  conforms("a PULL reads from each PUSH in turn", [[
    sink = pull bind=A
    a = push connect=A
    wait
    b = push connect=A
    wait
    a flood 3 a            -> 3
    wait
    b flood 3 b            -> 3
    wait
    sink drain             -> a1 / b1 / a2 / b2 / a3 / b3
  ]])

  conforms("a PUSH with nobody is full", [[
    source = push bind=A
    source send x          -> full
    sink = pull connect=A
    wait
    source send x          -> ok
    sink recv              -> x
  ]])

  conforms("a PUSH that connects has room before anybody is there", [[
    source = push connect=A
    source send x          -> ok
    sink = pull bind=A
    sink recv              -> x
  ]])

  conforms("a PUSH that connects has room for its mark, and no more", [[
    source = push connect=A sndhwm=3
    source flood 10 m      -> 3
    sink = pull bind=A
    sink drain             -> m1 / m2 / m3
  ]])

  conforms("a mark of 0 is none", [[
    source = push connect=A sndhwm=0
    source flood 5000 m    -> 5000
  ]])

  conforms("with IMMEDIATE there is no room before a connection", [[
    source = push immediate=1 connect=A
    source send x          -> full
    sink = pull bind=A
    wait 300
    source send x          -> ok
    sink recv              -> x
  ]])

  conforms("with IMMEDIATE only who is there gets messages", [[
    a = pull bind=A
    source = push immediate=1 connect=A,B
    wait
    source flood 4 m       -> 4
    a count                -> 4
  ]])

  conforms("without IMMEDIATE who is not there gets its share", [[
    a = pull bind=A
    source = push connect=A,B
    wait
    source flood 4 m       -> 4
    a drain                -> m1 / m3
    b = pull bind=B
    b recv                 -> m2
    b recv                 -> m4
  ]])

  conforms("a PUSH gives on to others when one has left", [[
    source = push bind=A
    a = pull connect=A
    b = pull connect=A
    wait
    a close                -> ok
    wait
    source flood 4 m       -> 4
    b count                -> 4
  ]])

  conforms("a sender that waits goes on when there is room", [[
    source = push bind=A
    source stream 3 m      -> ok
    wait
    source streamed        -> 0
    sink = pull connect=A
    sink drain             -> m1 / m2 / m3
    source streamed        -> 3
  ]])

  conforms("a stream of many gets through small queues, in order", [[
    sink = pull bind=A rcvhwm=2
    source = push connect=A sndhwm=2
    source stream 300 m    -> ok
    sink count             -> 300
    source streamed        -> 300
  ]])

  conforms("multipart messages stay whole when balanced", [[
    a = pull bind=A
    b = pull bind=B
    source = push connect=A,B
    source send 1 2 3      -> ok
    source send 4 5 6      -> ok
    a drain                -> 1 2 3
    b drain                -> 4 5 6
  ]])

  conforms("a PULL gets from a PUSH at each of its addresses", [[
    sink = pull bind=A,B
    a = push connect=A
    b = push connect=B
    a send a               -> ok
    b send b               -> ok
    sink sorted            -> a / b
  ]])

  conforms("a PULL may connect to many", [[
    a = push bind=A
    b = push bind=B
    sink = pull connect=A,B
    wait
    a send a               -> ok
    b send b               -> ok
    sink sorted            -> a / b
  ]])

  conforms("what was in a PULL's queue survives its sender", [[
    sink = pull bind=A
    source = push connect=A
    source flood 3 m       -> 3
    wait
    source close           -> ok
    wait
    sink drain             -> m1 / m2 / m3
  ]])
end)

describe("DEALER", function()
  after_each(helper.cleanup)

  conforms("writes to its peers in turn and reads from all", [[
    a = dealer bind=A
    b = dealer bind=B
    c = dealer connect=A,B
    c flood 4 m            -> 4
    a drain                -> m1 / m3
    b drain                -> m2 / m4
    a send from-a          -> ok
    b send from-b          -> ok
    c sorted               -> from-a / from-b
  ]])

  conforms("gives a full peer's share to the others", [[
    a = dealer bind=A
    c = dealer sndhwm=2 connect=A,B
    wait
    c send 1               -> ok
    c send 2               -> ok
    c send 3               -> ok
    c send 4               -> ok
    wait
    c send 5               -> ok
    wait
    c send 6               -> ok
    a drain                -> 1 / 3 / 5 / 6
  ]])

  conforms("with nobody is full", [[
    a = dealer bind=A
    a send x               -> full
    a quiet                -> timeout
  ]])

  conforms("may be told to write to a second peer later", [[
    a = dealer bind=A
    b = dealer bind=B
    c = dealer connect=A
    c send 1               -> ok
    c connect B            -> ok
    c send 2               -> ok
    c send 3               -> ok
    a recv
    b recv
  ]])

  conforms("no longer writes to whom it left", [[
    a = dealer bind=A
    b = dealer bind=B
    c = dealer connect=A,B
    wait
    c disconnect A         -> ok
    wait
    c flood 3 m            -> 3
    b count                -> 3
    a count                -> 0
  ]])
end)

describe("PAIR", function()
  after_each(helper.cleanup)

  conforms("talks both ways, and in any order", [[
    a = pair bind=A
    b = pair connect=A
    b send 1               -> ok
    b send 2               -> ok
    a recv                 -> 1
    a send 3 4             -> ok
    a send 5               -> ok
    a recv                 -> 2
    b drain                -> 3 4 / 5
  ]])

  conforms("with nobody is full", [[
    a = pair bind=A
    a send x               -> full
  ]])

  conforms("takes one peer, and lets the second one be", [[
    a = pair bind=A
    b = pair connect=A
    b send from-b          -> ok
    a recv                 -> from-b
    c = pair connect=A
    wait
    c send from-c          -> ok
    a quiet                -> timeout
    a send x               -> ok
    b recv                 -> x
    c quiet                -> timeout
  ]])

  conforms("takes another peer when the first has left", [[
    a = pair bind=A
    b = pair connect=A
    b send from-b          -> ok
    a recv                 -> from-b
    b close                -> ok
    wait
    c = pair connect=A
    c send from-c          -> ok
    a recv                 -> from-c
    a send x               -> ok
    c recv                 -> x
  ]])

  conforms("waits when its peer does not read", [[
    a = pair bind=A sndhwm=1
    a stream 2 m           -> ok
    wait
    a streamed             -> 0
    b = pair connect=A
    b drain                -> m1 / m2
  ]])

  conforms("has room for its mark before there is a peer", [[
    b = pair connect=A sndhwm=2
    b flood 9 m            -> 2
    a = pair bind=A
    a drain                -> m1 / m2
  ]])

  conforms("finds its peer again", [[
    a = pair bind=A
    b = pair connect=A reconnect_ivl=10
    b send 1               -> ok
    a recv                 -> 1
    a close                -> ok
    a again pair bind=A
    wait 300
    b send 2               -> ok
    a recv                 -> 2
  ]])
end)

describe("sockets of types that do not match", function()
  after_each(helper.cleanup)

  for _, types in ipairs { { "push", "rep" }, { "req", "router", true }, { "pair", "dealer" },
                           { "dealer", "pull" }, { "push", "pair" } } do
    local first, second, match = table.unpack(types)
    conforms(("%s to %s"):format(first, second), ([[
      a = %s connect=A
      b = %s bind=A
      a send x             -> ok
      b quiet              -> %s
    ]]):format(first, second, match and "#1 '' x" or second == "pull" and "timeout" or "timeout"))
  end
end)
