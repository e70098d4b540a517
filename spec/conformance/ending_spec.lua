--- How a pipe ends, in both worlds: its peer's end mark is read behind the last message, and until
-- both ends have heard of it the socket still has the pipe.
local helper = require "spec.helper"
local scenario = require "spec.conformance.scenario"

local conforms = scenario.tests(it)

describe("the end of a peer", function()
  after_each(helper.cleanup)

  conforms("over inproc is not read yet when its last message has been fetched", [[
    a = pub bind=inproc://x
    b = sub connect=inproc://x subscribe=''
    a send x                 -> ok
    a close                  -> ok
    wait
    b disconnect inproc://x  -> ok
    b quiet                  -> x
    b disconnect inproc://x  -> ENOENT
  ]])

  conforms("over inproc is not read by a REQ that waits for no reply", [[
    a = router bind=inproc://x
    b = req connect=inproc://x
    a close                  -> ok
    wait
    b disconnect inproc://x  -> ok
  ]])

  conforms("over inproc is not read by a REP that has a request to answer", [[
    a = dealer bind=inproc://x
    b = rep connect=inproc://x
    a send '' 1              -> ok
    wait
    b recv                   -> 1
    a close                  -> ok
    wait
    b disconnect inproc://x  -> ok
  ]])

  conforms("over inproc is read by a PULL that has looked for more", [[
    a = push bind=inproc://x
    b = pull connect=inproc://x
    a send 1                 -> ok
    a close                  -> ok
    b drain                  -> 1
    wait
    b disconnect inproc://x  -> ENOENT
  ]])

  conforms("over inproc, a disconnect leaves what it sent to be read", [[
    a = push bind=inproc://x
    b = pull connect=inproc://x
    a flood 3 m              -> 3
    a close                  -> ok
    wait
    b disconnect inproc://x  -> ok
    b drain                  -> m1 / m2 / m3
  ]])

  conforms("that was alive, over inproc, a disconnect leaves nothing to be read", [[
    a = push bind=inproc://x
    b = pull connect=inproc://x
    a flood 3 m              -> 3
    wait
    b disconnect inproc://x  -> ok
    b drain                  -> nothing
  ]])

  conforms("that comes back at once is known only after it, and keeps its place or not", [[
    a = dealer bind=A
    b = router connect=A
    wait
    c = router connect=A
    wait
    b reopen                 -> ok
    wait
    a send x                 -> ok
    c quiet                  -> #1 x | timeout
    b quiet                  -> #1 x | timeout
  ]])

  conforms("that comes back at once with its id makes even an idle ROUTER deaf to it", [[
    router = router bind=A
    a = dealer connect=A routing_id=same
    a send 1                 -> ok
    router recv              -> same 1
    a reopen                 -> ok
    wait
    a send 2                 -> ok
    router quiet             -> timeout | same 2
  ]])

  conforms("that comes back at once with its id is taken for itself with handover", [[
    router = router bind=A router_handover=1
    a = dealer connect=A routing_id=same
    a send 1                 -> ok
    router recv              -> same 1
    a reopen                 -> ok
    wait
    a send 2                 -> ok
    router recv              -> same 2
  ]])

  conforms("that disconnects and connects with its id over inproc makes a ROUTER deaf to it", [[
    router = router bind=inproc://x
    a = dealer connect=inproc://x routing_id=same
    a send 1                 -> ok
    router recv              -> same 1
    a disconnect inproc://x  -> ok
    a connect inproc://x     -> ok
    wait
    a send 2                 -> ok
    router quiet             -> timeout
  ]])
end)

describe("a message of an XSUB whose last frame cancels what is not subscribed to", function()
  after_each(helper.cleanup)

  conforms("goes on in the next", [[
    pub = xpub bind=A
    sub = xsub connect=A
    wait
    sub send \x01 \x00x      -> ok
    wait
    pub drain                -> nothing
    sub send \x01a b         -> ok
    wait
    pub drain                -> \x01 / \x01a / b
  ]])

  conforms("goes on over inproc, and nothing was subscribed to meanwhile", [[
    pub = pub bind=inproc://x
    sub = xsub connect=inproc://x
    sub send \x01 \x00x      -> ok
    pub flood 4 f            -> 4
    sub quiet                -> timeout
    sub send \x01y           -> ok
    wait
    pub send f5              -> ok
    sub quiet                -> f5
  ]])

  conforms("goes on at the peers that had its beginning", [[
    pub = xpub bind=A
    late = xpub bind=B
    sub = xsub connect=A
    wait
    sub send \x01 \x00x      -> ok
    sub connect B            -> ok
    wait
    sub send hello           -> ok
    wait
    pub drain                -> \x01 / hello
    late drain               -> \x01
    sub send again           -> ok
    wait
    pub drain                -> again
    late drain               -> again
  ]])
end)

describe("what is looked at", function()
  after_each(helper.cleanup)

  conforms("by nobody is not fetched: a connect handles what it was told before", [[
    a = xpub bind=A
    b = xpub bind=inproc://x xpub_welcome_msg=x
    c = sub connect=A,inproc://x subscribe=x
    wait
    a send x1 more           -> ok
    wait
    c quiet                  -> x1 more
    c quiet                  -> x
  ]])

  conforms("by a send is not fetched, and lost with its peer", [[
    a = router connect=inproc://x
    b = dealer bind=inproc://x routing_id=id
    b send y                 -> ok
    a send nobody z          -> unreachable
    wait
    a disconnect inproc://x  -> ok
    a quiet                  -> timeout
  ]])

  conforms("is looked at when its peer over inproc has read its id", [[
    a = router connect=inproc://x
    b = dealer connect=inproc://x
    b send old               -> ok
    c = router bind=inproc://x
    wait
    b reopen                 -> ok
    b send new               -> ok
    wait
    c quiet                  -> #1 old
    c quiet                  -> #2 new
    c send #1 x              -> unreachable
    c send #2 x              -> ok
  ]])

  conforms("for a message is looked at for room too: a peer that is gone has lost its turn", [[
    a = dealer bind=inproc://x
    b = dealer connect=inproc://x
    c = dealer connect=inproc://x probe_router=1
    d = dealer connect=inproc://x
    b close                  -> ok
    wait
    c reopen                 -> ok
    a send y                 -> ok
    c quiet                  -> timeout
    d quiet                  -> y
  ]])
end)

describe("an unbind", function()
  after_each(helper.cleanup)

  conforms("leaves the connection until what it brought is read", [[
    a = router bind=A
    b = dealer connect=A immediate=1 routing_id=b
    wait
    b send 1                 -> ok
    wait
    a disconnect A           -> ok
    wait
    b send 2                 -> ok
    a send b x               -> unreachable
    a drain                  -> b 1
    wait
    b send 3                 -> full
  ]])

  conforms("leaves the connection of a peer that is ignored, whose end is never read", [[
    a = router bind=A
    b = dealer connect=A routing_id=id
    wait
    c = dealer connect=A immediate=1 routing_id=id
    wait
    a disconnect A           -> ok
    wait 300
    c send x                 -> ok
  ]])

  conforms("closes the connection at once when nothing is unread", [[
    a = router bind=A
    b = dealer connect=A immediate=1
    wait
    b send 1                 -> ok
    a drain                  -> #1 1
    a disconnect A           -> ok
    wait
    b send 2                 -> full
  ]])
end)

describe("a socket that closes", function()
  after_each(helper.cleanup)

  conforms("at once as a SUB may never be seen: it does not linger for subscriptions", [[
    a = xpub bind=A
    b = sub connect=A subscribe=x linger=1000
    b close                  -> ok
    wait
    a drain                  -> \x01x / \x00x | nothing
  ]])

  conforms("at once without linger may still have sent", [[
    a = pull bind=A
    b = push connect=A linger=0
    b send 1                 -> ok
    b close                  -> ok
    wait
    a drain                  -> 1 | nothing
  ]])

  conforms("at once with linger has sent", [[
    a = pull bind=A
    b = push connect=A linger=1000
    b send 1                 -> ok
    b close                  -> ok
    wait
    a drain                  -> 1
  ]])

  conforms("is not gone yet when its successor connects over inproc", [[
    a = pair bind=inproc://x
    b = pair connect=inproc://x
    b send 1                 -> ok
    a recv                   -> 1
    b close                  -> ok
    c = pair connect=inproc://x
    c send 2                 -> ok
    a quiet                  -> timeout
  ]])
end)
