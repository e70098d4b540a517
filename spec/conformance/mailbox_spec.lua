--- What peers did while a socket's thread was busy: it learns of it all at once, in both worlds.
local helper = require "spec.helper"
local scenario = require "spec.conformance.scenario"

local conforms = scenario.tests(it)

describe("a busy thread", function()
  after_each(helper.cleanup)

  conforms("makes a ROUTER deaf to a peer that comes back with its id meanwhile", [[
    router = router bind=A
    a = dealer connect=A routing_id=same
    a send hello           -> ok
    router recv            -> same hello
    a close                -> ok
    b = dealer connect=A routing_id=same
    busy 60
    wait
    b send 1               -> ok
    b send 2               -> ok
    b send 3               -> ok
    router drain           -> nothing
    router send same x     -> unreachable
    wait
    router send same x     -> unreachable
  ]])

  conforms("does not, when it may hand the id over", [[
    router = router bind=A router_handover=1
    a = dealer connect=A routing_id=same
    a send hello           -> ok
    router recv            -> same hello
    a close                -> ok
    b = dealer connect=A routing_id=same
    busy 60
    wait
    b send 1               -> ok
    router recv            -> same 1
    router send same x     -> ok
    b recv                 -> x
  ]])

  conforms("does not, when it is idle between", [[
    router = router bind=A
    a = dealer connect=A routing_id=same
    a send hello           -> ok
    router recv            -> same hello
    a close                -> ok
    wait
    b = dealer connect=A routing_id=same
    busy 60
    b send 1               -> ok
    router recv            -> same 1
  ]])

  conforms("sees a subscription that is cancelled meanwhile, and its end, at once", [[
    pub = xpub bind=A
    sub = sub connect=A
    wait
    sub subscribe x        -> ok
    sub unsubscribe x      -> ok
    busy 60
    pub drain              -> \x01x / \x00x
  ]])

  conforms("sees a quick peer come and go, and takes what it sent", [[
    pull = pull bind=A
    push = push connect=A
    push send 1            -> ok
    push close             -> ok
    busy 60
    pull drain             -> 1
  ]])

  conforms("sends to a peer that is gone already", [[
    router = router bind=A
    a = dealer connect=A routing_id=same
    a send hello           -> ok
    router recv            -> same hello
    router send same x     -> ok
    a close                -> ok
    router send same y     -> ok
    busy 60
    router send same z
    wait
    router send same z     -> unreachable
  ]])

  conforms("hears of room over inproc only later", [[
    pub = pub bind=inproc://x sndhwm=3
    sub = sub connect=inproc://x rcvhwm=3 subscribe=''
    wait
    pub flood 5 x          -> 5
    sub recv               -> x1
    sub recv               -> x2
    sub recv               -> x3
    pub flood 5 y          -> 5
    sub drain
    wait
    pub send z             -> ok
    sub recv               -> z
  ]])
end)
