--- What libzmq does where its own ways show, in both worlds: fetched ahead, end marks, inproc.
local helper = require "spec.helper"
local scenario = require "spec.conformance.scenario"

local conforms = scenario.tests(it)

describe("libzmq's odd corners:", function()
  after_each(helper.cleanup)

  conforms("with immediate, a disconnect leaves what has arrived to be read", [[
    a = push bind=A
    b = pull connect=A immediate=1
    wait
    a send 1 -> ok
    a send 2 -> ok
    wait
    b disconnect A -> ok
    wait
    b drain
  ]])

  conforms("an unbind with an unread request: the request can be read", [[
    a = rep bind=A
    b = req connect=A
    wait
    b send q -> ok
    wait
    a disconnect A
    wait
    a recv
    a send r
    b quiet
  ]])

  conforms("the end mark of a sender that closes takes the place of a message that conflates", [[
    a = pull bind=A conflate=1
    b = push connect=A
    wait
    b send 1 -> ok
    b close -> ok
    wait
    a drain
  ]])

  conforms("handover over inproc: one message of the older peer has been fetched", [[
    router = router bind=inproc://h router_handover=1
    a = dealer connect=inproc://h routing_id=same
    a send 1 -> ok
    a send 2 -> ok
    a send 3 -> ok
    wait
    b = dealer connect=inproc://h routing_id=same
    b send x -> ok
    wait
    router drain
  ]])

  conforms("a subscription of an XSUB with more frames is one, and a message", [[
    pub = xpub bind=A
    sub = xsub connect=A
    wait
    sub send \x01a b c -> ok
    pub drain
    pub send a1 -> ok
    pub send b1 -> ok
    sub drain
  ]])

  conforms("a ROUTER still reads from a peer that has closed", [[
    router = router bind=A
    a = dealer connect=A routing_id=a
    wait
    a send 1 -> ok
    a send 2 -> ok
    wait
    a close -> ok
    wait
    router drain
  ]])

  conforms("a SUB that unsubscribes has fetched one message", [[
    pub = pub bind=A
    sub = sub connect=A subscribe=x
    wait
    pub send x1 -> ok
    pub send x2 -> ok
    wait
    sub unsubscribe x -> ok
    wait
    sub drain
  ]])

  conforms("a SUB that disconnects has fetched one message", [[
    pub = pub bind=A
    sub = sub connect=A subscribe=x
    wait
    pub send x1 -> ok
    pub send x2 -> ok
    wait
    sub disconnect A -> ok
    wait
    sub drain
  ]])

  conforms("a ROUTER that disconnects has fetched one message", [[
    a = dealer bind=A
    router = router connect=A
    wait
    a send 1 -> ok
    a send 2 -> ok
    wait
    router disconnect A -> ok
    wait
    router drain
  ]])

  conforms("a REP that disconnects loses a request whose first frame it has fetched", [[
    a = req bind=A
    b = rep connect=A
    wait
    a send 1 -> ok
    wait
    b disconnect A -> ok
    wait
    b drain
  ]])

  conforms("an XSUB that disconnects has fetched one message", [[
    a = xpub bind=A
    b = xsub connect=A
    wait
    b send \x01             -> ok
    wait
    a drain                -> \x01
    a send x1              -> ok
    a send x2              -> ok
    wait
    b disconnect A         -> ok
    wait
    b drain                -> x1
  ]])

  conforms("an XSUB that cancels its subscription has all that came before", [[
    a = xpub bind=A
    b = xsub connect=A
    wait
    b send \x01x            -> ok
    wait
    a send x1              -> ok
    a send x2              -> ok
    wait
    b send \x00x            -> ok
    wait
    a send x3              -> ok
    b drain                -> x1 / x2
  ]])

  conforms("what a peer sent before it reopened is still read by a ROUTER", [[
    a = router bind=A
    b = dealer connect=A routing_id=b
    b send 1               -> ok
    b send 2               -> ok
    wait
    b reopen               -> ok
    wait
    b send 3               -> ok
    wait
    a drain
  ]])

  conforms("what a peer sent before it reopened is still read by a REP, and not answered", [[
    a = rep bind=A
    b = req connect=A
    b send 1               -> ok
    wait
    b reopen               -> ok
    wait
    a recv                 -> 1
    a send r1              -> ok
    b send 2               -> ok
    a recv                 -> 2
    a send r2              -> ok
    b recv                 -> r2
  ]])

  conforms("what a publisher sent before it reopened is still read by a SUB", [[
    a = sub bind=A subscribe=x
    b = pub connect=A
    wait
    b send x1              -> ok
    b send x2              -> ok
    wait
    b reopen               -> ok
    wait
    b send x3              -> ok
    a recv                 -> x1
    a recv                 -> x2
    a recv                 -> x3
  ]])

  conforms("what a publisher sent before it reopened is still read by an XSUB", [[
    a = xsub bind=A
    b = xpub connect=A
    wait
    a send \x01             -> ok
    wait
    b drain                -> \x01
    b send x1              -> ok
    b send x2              -> ok
    wait
    b reopen               -> ok
    wait
    b drain                -> \x01
    b send x3              -> ok
    a recv                 -> x1
    a recv                 -> x2
    a recv                 -> x3
  ]])

  conforms("a SUB that reopens itself has lost what it fetched", [[
    a = pub bind=A
    b = sub connect=A subscribe=x
    wait
    a send x1              -> ok
    wait
    b reopen               -> ok
    wait
    b drain                -> nothing
  ]])

  conforms("the probe of a ROUTER that is connected to before it binds is taken for its id", [[
    router = router connect=inproc://p probe_router=1
    b = router bind=inproc://p probe_router=1
    wait
    router drain
    b drain
  ]])

  conforms("a PAIR that connects twice and disconnects one", [[
    a = pair bind=A
    b = pair bind=B
    p = pair connect=A,B
    wait
    p send 1 -> ok
    wait
    a quiet
    b quiet
    p disconnect A
    wait
    p send 2
    wait
    a quiet
    b quiet
    b send 3
    p quiet
  ]])

  conforms("two SUB over inproc do not see each other's subscriptions as messages of their own", [[
    a = sub bind=inproc://s
    b = sub connect=inproc://s subscribe=abc
    wait
    a subscribe '' -> ok
    wait
    a drain
    b drain
  ]])

  conforms("a subscription over inproc is to a DEALER a message without its first byte", [[
    a = dealer bind=inproc://s
    b = sub connect=inproc://s subscribe=abc
    wait
    a drain
  ]])

  conforms("with immediate, what is unread when the peer goes is lost", [[
    a = pub bind=A
    b = sub connect=A immediate=1 subscribe=''
    wait
    a send 1               -> ok
    a send 2               -> ok
    a close                -> ok
    wait
    b drain                -> nothing | 1
  ]])
end)
