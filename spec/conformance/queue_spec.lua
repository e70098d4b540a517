--- Queues in both worlds: high-water marks, what a closing leaves, conflation.
local helper = require "spec.helper"
local scenario = require "spec.conformance.scenario"

local conforms = scenario.tests(it)

describe("high-water marks", function()
  after_each(helper.cleanup)

  conforms("of both ends bound what is under way, over inproc", [[
    a = pull bind=inproc://a rcvhwm=3
    b = push connect=inproc://a sndhwm=2
    b flood 100 m          -> 5
    a count                -> 5
  ]])

  conforms("of 0 at one end is none, over inproc", [[
    a = pull bind=inproc://a rcvhwm=0
    b = push connect=inproc://a sndhwm=2
    b flood 2000 m         -> 2000
  ]])

  conforms("count messages, not frames", [[
    a = pull bind=inproc://a rcvhwm=1
    b = push connect=inproc://a sndhwm=1
    b send 1 2 3           -> ok
    b send 4 5 6           -> ok
    b send 7               -> full
    a recv                 -> 1 2 3
  ]])

  conforms("open again when enough was read", [[
    a = pull bind=inproc://a rcvhwm=1
    b = push connect=inproc://a sndhwm=1
    b flood 9 m            -> 2
    a recv                 -> m1
    wait
    b send x               -> ok
    b send y
    a recv                 -> m2
    a recv                 -> x
  ]])

  conforms("open again in steps", [[
    a = pull bind=inproc://a rcvhwm=10
    b = push connect=inproc://a sndhwm=10
    b flood 99 m           -> 20
    a recv                 -> m1
    a recv                 -> m2
    a recv                 -> m3
    wait
    b flood 99 n
    a recv                 -> m4
    a recv                 -> m5
    wait
    b flood 99 o
  ]])

  conforms("let a waiting sender go on one by one", [[
    a = pull bind=inproc://a rcvhwm=1
    b = push connect=inproc://a sndhwm=1
    b stream 5 m           -> ok
    wait
    b streamed             -> 2
    a drain                -> m1 / m2 / m3 / m4 / m5
    b streamed             -> 5
  ]])

  conforms("that are negative are refused", [[
    a = pull bind=A rcvhwm=-1   -> EINVAL
    b = push bind=B sndhwm=-1   -> EINVAL
  ]])

  conforms("of a DEALER before there is anybody are its own alone", [[
    b = dealer connect=A sndhwm=7
    b flood 99 m           -> 7
  ]])

  conforms("of a ROUTER's peer that does not read: full, and the others go on", [[
    router = router bind=inproc://r sndhwm=2
    a = dealer connect=inproc://r routing_id=a rcvhwm=2
    b = dealer connect=inproc://r routing_id=b rcvhwm=2
    router send a 1        -> ok
    router send a 2        -> ok
    router send a 3        -> ok
    router send a 4        -> ok
    router send a 5        -> full
    router send b 1        -> ok
    a recv                 -> 1
    b recv                 -> 1
  ]])

  conforms("of a ROUTER without mandatory: what is too much is dropped", [[
    router = router bind=inproc://r sndhwm=1 router_mandatory=0
    a = dealer connect=inproc://r routing_id=a rcvhwm=1
    router send a 1        -> ok
    router send a 2        -> ok
    router send a 3        -> ok
    a drain                -> 1 / 2
    router send a 4        -> ok
    a recv                 -> 4
  ]])

  conforms("of a SUB: what is too much is dropped, whole", [[
    pub = pub bind=inproc://p sndhwm=2
    sub = sub connect=inproc://p subscribe=m rcvhwm=2
    wait
    pub send m1 body       -> ok
    pub send m2 body       -> ok
    pub send m3 body       -> ok
    pub send m4 body       -> ok
    pub send m5 body       -> ok
    pub send m6 body       -> ok
    sub drain              -> m1 body / m2 body / m3 body / m4 body
    pub send m7 body       -> ok
    sub recv               -> m7 body
  ]])

  conforms("of one slow SUB are no matter to another", [[
    pub = pub bind=inproc://p sndhwm=1
    slow = sub connect=inproc://p subscribe=m rcvhwm=1
    quick = sub connect=inproc://p subscribe=m rcvhwm=100
    wait
    pub flood 20 m         -> 20
    slow count             -> 2
    quick count            -> 20
  ]])

  conforms("of an XPUB with nodrop: it is full", [[
    pub = xpub bind=inproc://p sndhwm=2 xpub_nodrop=1
    sub = sub connect=inproc://p subscribe=m rcvhwm=2
    pub recv               -> \x01m
    pub flood 20 m         -> 4
    sub count              -> 4
    pub flood 20 m         -> 4
  ]])

  conforms("of an XPUB with nodrop: the slowest is waited for, and nobody gets a part", [[
    pub = xpub bind=inproc://p sndhwm=1 xpub_nodrop=1
    slow = sub connect=inproc://p subscribe=m rcvhwm=1
    quick = sub connect=inproc://p subscribe=m rcvhwm=100
    pub recv               -> \x01m
    wait
    pub flood 20 m         -> 2
    quick drain            -> m1 / m2
    slow drain             -> m1 / m2
  ]])

  conforms("of a PAIR over inproc add up", [[
    a = pair bind=inproc://a rcvhwm=1 sndhwm=5
    b = pair connect=inproc://a sndhwm=2 rcvhwm=1
    b flood 99 m           -> 3
    a flood 99 m           -> 6
  ]])
end)

-- Over tcp the kernel's buffers take some too, and grow when they like: how many messages they hold
-- nobody can say. But next to one large message a small buffer holds nothing. Then what is under
-- way is exact: what both marks allow, and two more, of which one is written and one is read.
describe("high-water marks over tcp", function()
  after_each(helper.cleanup)

  conforms("bound what is under way between two that wait", [[
    a = pull bind=A rcvhwm=3 rcvbuf=4096
    b = push connect=A sndhwm=2 sndbuf=4096
    b stream 40 x*300000   -> ok
    wait 200
    b streamed             -> 7
    a recv                 -> 300001 bytes
    wait 60
    b streamed             -> 7
    a recv                 -> 300001 bytes
    wait 60
    b streamed             -> 9
    a count                -> 38
  ]])

  conforms("of 1 let two more through", [[
    a = dealer bind=A rcvhwm=1 rcvbuf=4096
    b = dealer connect=A sndhwm=1 sndbuf=4096
    b stream 40 x*300000   -> ok
    wait 200
    b streamed             -> 4
    a recv                 -> 300001 bytes
    wait 60
    b streamed             -> 5
    a count                -> 39
  ]])

  conforms("open in steps of half a queue", [[
    a = pull bind=A rcvhwm=10 rcvbuf=4096
    b = push connect=A sndhwm=10 sndbuf=4096
    b stream 60 x*300000   -> ok
    wait 200
    b streamed             -> 20
    a recv                 -> 300001 bytes
    a recv                 -> 300001 bytes
    a recv                 -> 300001 bytes
    a recv                 -> 300001 bytes
    wait 60
    b streamed             -> 20
    a recv                 -> 300001 bytes
    wait 60
    b streamed             -> 25
    a count                -> 55
  ]])

  conforms("are the least that fits, whatever the kernel takes", [[
    a = pull bind=A rcvhwm=3
    b = push connect=A sndhwm=2
    b stream 7 x*300000    -> ok
    wait 200
    b streamed             -> 7
    a count                -> 7
  ]])

  conforms("of a ROUTER's peer that does not read: full, and room again", [[
    router = router bind=A sndhwm=1 sndbuf=4096
    a = dealer connect=A routing_id=a rcvhwm=1 rcvbuf=4096
    wait
    router send a x*300000      -> ok
    wait
    router send a x*300000      -> ok
    wait
    router send a x*300000      -> ok
    wait
    router send a x*300000      -> ok
    wait
    router send a x*300000      -> full
    a recv                 -> 300000 bytes
    wait
    router send a x*300000      -> ok
    a count                -> 4
  ]])

  conforms("of a SUB that does not read: what is too much is dropped", [[
    pub = pub bind=A sndhwm=1 sndbuf=4096
    sub = sub connect=A subscribe=x rcvhwm=2 rcvbuf=4096
    wait 100
    pub send x*300001     -> ok
    wait
    pub send x*300002     -> ok
    wait
    pub send x*300003     -> ok
    wait
    pub send x*300004     -> ok
    wait
    pub send x*300005     -> ok
    wait
    pub send x*300006     -> ok
    wait
    pub send x*300007     -> ok
    sub recv               -> 300001 bytes
    sub recv               -> 300002 bytes
    sub recv               -> 300003 bytes
    sub recv               -> 300004 bytes
    sub recv               -> 300005 bytes
    -- A SUB that was looked at has taken one out of its queue, and so there is room for one more.
    sub quiet              -> 300006 bytes
    pub send x*300008     -> ok
    sub recv               -> 300008 bytes
  ]])
end)

describe("closing", function()
  after_each(helper.cleanup)

  conforms("lingers for what was sent", [[
    b = push connect=A linger=2000
    b flood 3 m            -> 3
    b close                -> ok
    a = pull bind=A
    a recv                 -> m1
    a recv                 -> m2
    a recv                 -> m3
  ]])

  conforms("with a linger of 0 forgets at once what was not sent", [[
    b = push connect=A linger=0
    b flood 3 m            -> 3
    b close                -> ok
    wait
    a = pull bind=A
    wait 300
    a quiet                -> timeout
  ]])

  conforms("lingers for so long, and no longer", [[
    b = push connect=A linger=100
    b send m               -> ok
    b close                -> ok
    wait 400
    a = pull bind=A
    wait 300
    a quiet                -> timeout
  ]])

  conforms("loses nothing that was under way to who is there", [[
    a = pull bind=A
    b = push connect=A
    wait
    b flood 100 m          -> 100
    b close                -> ok
    a count                -> 100
  ]])

  conforms("says closed to whoever uses the socket", [[
    a = dealer bind=A
    a close                -> ok
    a send x               -> closed
    a quiet                -> closed
    a close                -> ok
  ]])
end)

describe("conflation", function()
  after_each(helper.cleanup)

  conforms("keeps the last message at the receiver", [[
    a = pull conflate=1 bind=A
    b = push connect=A
    wait
    b flood 10 m           -> 10
    wait
    a drain                -> m10
  ]])

  conforms("keeps the last message at the sender", [[
    b = push conflate=1 connect=A
    b flood 10 m           -> 10
    a = pull bind=A
    a drain                -> m10
  ]])

  conforms("over inproc too", [[
    a = pull conflate=1 bind=inproc://a
    b = push conflate=1 connect=inproc://a
    b flood 10 m           -> 10
    a drain                -> m10
  ]])

  conforms("has room again and again", [[
    b = push conflate=1 sndhwm=1 connect=A
    b flood 50 m           -> 50
  ]])
end)
