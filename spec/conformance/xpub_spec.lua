--- XPUB and XSUB in both worlds: subscriptions as messages, and what they change.
local helper = require "spec.helper"
local scenario = require "spec.conformance.scenario"

local conforms = scenario.tests(it)

describe("XPUB and XSUB", function()
  after_each(helper.cleanup)

  conforms("an XPUB is told of subscriptions and of their end", [[
    pub = xpub bind=A
    sub = sub connect=A
    sub subscribe a        -> ok
    pub recv               -> \x01a
    sub unsubscribe a      -> ok
    pub recv               -> \x00a
  ]])

  conforms("an XPUB is told of each prefix once", [[
    pub = xpub bind=A
    a = sub connect=A subscribe=x
    pub recv               -> \x01x
    b = sub connect=A subscribe=x
    pub quiet              -> timeout
    a unsubscribe x        -> ok
    pub quiet              -> timeout
    b unsubscribe x        -> ok
    pub recv               -> \x00x
  ]])

  conforms("a verbose XPUB is told of every subscription", [[
    pub = xpub bind=A xpub_verbose=1
    a = sub connect=A subscribe=x
    pub recv               -> \x01x
    b = sub connect=A subscribe=x
    pub recv               -> \x01x
    a unsubscribe x        -> ok
    pub quiet              -> timeout
    b unsubscribe x        -> ok
    pub recv               -> \x00x
  ]])

  conforms("a verboser XPUB is told of every end, too", [[
    pub = xpub bind=A xpub_verboser=1
    a = sub connect=A subscribe=x
    pub recv               -> \x01x
    b = sub connect=A subscribe=x
    pub recv               -> \x01x
    a unsubscribe x        -> ok
    pub recv               -> \x00x
    b unsubscribe x        -> ok
    pub recv               -> \x00x
  ]])

  conforms("a subscriber that leaves ends its subscriptions", [[
    pub = xpub bind=A
    sub = sub connect=A subscribe=a,b
    pub sorted             -> \x01a / \x01b
    sub close              -> ok
    pub sorted             -> \x00a / \x00b
  ]])

  conforms("one that leaves beside another ends only what was its own", [[
    pub = xpub bind=A
    a = sub connect=A subscribe=a,x
    b = sub connect=A subscribe=x
    pub sorted             -> \x01a / \x01x
    a close                -> ok
    pub sorted             -> \x00a
  ]])

  conforms("an XSUB subscribes by message", [[
    pub = pub bind=A
    sub = xsub connect=A
    sub send \x01t         -> ok
    wait
    pub send t1            -> ok
    pub send u1            -> ok
    sub drain              -> t1
    sub send \x00t         -> ok
    wait
    pub send t2            -> ok
    sub quiet              -> timeout
  ]])

  conforms("an XSUB's other messages go upstream", [[
    pub = xpub bind=A
    sub = xsub connect=A
    wait
    sub send hello         -> ok
    pub recv               -> hello
  ]])

  conforms("a SUB's XPUB may be written to with several frames by an XSUB", [[
    pub = xpub bind=A
    sub = xsub connect=A
    wait
    sub send one two       -> ok
    pub recv               -> one two
  ]])

  conforms("a PUB lets upstream messages fall", [[
    pub = pub bind=A
    sub = xsub connect=A
    wait
    sub send hello         -> ok
    sub send \x01h         -> ok
    wait
    pub send h             -> ok
    sub recv               -> h
  ]])

  conforms("an XSUB tells of a prefix once, however often it was said", [[
    pub = xpub bind=A
    sub = xsub connect=A
    wait
    sub send \x01a         -> ok
    pub recv               -> \x01a
    sub send \x01a         -> ok
    pub quiet
    sub send \x00a         -> ok
    pub quiet
    sub send \x00a         -> ok
    pub quiet
  ]])

  conforms("a chain of XSUB and XPUB passes subscriptions and messages", [[
    pub = pub bind=A
    up = xsub connect=A
    down = xpub bind=B
    sub = sub connect=B subscribe=t
    down recv              -> \x01t
    up send \x01t          -> ok
    wait
    pub send t hello       -> ok
    up recv                -> t hello
    down send t hello      -> ok
    sub recv               -> t hello
  ]])

  conforms("a manual XPUB tells and lets the program decide", [[
    pub = xpub bind=A xpub_manual=1
    sub = sub connect=A subscribe=a
    pub recv               -> \x01a
    pub send a1            -> ok
    sub quiet              -> timeout
  ]])

  conforms("a manual XPUB subscribes its last speaker to something else", [[
    pub = xpub bind=A xpub_manual=1
    sub = sub connect=A subscribe=a
    pub recv               -> \x01a
    pub subscribe b        -> ok
    pub send b1            -> ok
    pub send a1            -> ok
    sub drain
  ]])

  conforms("a manual XPUB unsubscribes when it is told to", [[
    pub = xpub bind=A xpub_manual=1
    sub = sub connect=A subscribe=a
    pub recv               -> \x01a
    pub subscribe a        -> ok
    pub send a1            -> ok
    sub recv               -> a1
    sub unsubscribe a      -> ok
    pub recv               -> \x00a
    pub unsubscribe a      -> ok
    pub send a2            -> ok
    sub quiet              -> timeout
  ]])

  conforms("a PUB that is not manual cannot subscribe others", [[
    pub = xpub bind=A
    pub subscribe a        -> EINVAL
  ]])

  conforms("a welcome message comes first, to who asked for it", [[
    pub = xpub bind=A xpub_welcome_msg=hello
    sub = sub connect=A subscribe=h
    sub recv               -> hello
    pub recv               -> \x01h
  ]])

  conforms("a welcome message that was not asked for is not heard", [[
    pub = xpub bind=A xpub_welcome_msg=hello
    sub = sub connect=A subscribe=x
    pub recv               -> \x01x
    sub quiet              -> timeout
  ]])

  conforms("every newcomer is welcomed", [[
    pub = xpub bind=A xpub_welcome_msg=welcome
    a = sub connect=A
    a subscribe ''         -> ok
    a recv                 -> welcome
    b = sub connect=A
    b subscribe ''         -> ok
    b recv                 -> welcome
    a quiet                -> timeout
  ]])

  conforms("an XPUB without nodrop drops for who is full, and is never full", [[
    pub = xpub bind=A sndhwm=5
    sub = sub connect=A subscribe=m rcvhwm=5
    pub recv               -> \x01m
    pub flood 3000 m       -> 3000
  ]])

  conforms("an XPUB without subscribers takes everything", [[
    pub = xpub bind=A xpub_nodrop=1 sndhwm=1
    pub flood 10 m         -> 10
  ]])

  conforms("an XSUB sees the welcome of each publisher", [[
    a = xpub bind=A xpub_welcome_msg=from-a
    b = xpub bind=B xpub_welcome_msg=from-b
    sub = xsub connect=A,B
    sub send \x01          -> ok
    sub sorted             -> from-a / from-b
  ]])

  conforms("an empty subscription is told as one byte", [[
    pub = xpub bind=A
    sub = sub connect=A
    sub subscribe ''       -> ok
    pub recv               -> \x01
  ]])

  conforms("an XPUB is told again by a subscriber that comes back", [[
    pub = xpub bind=A
    sub = sub connect=A subscribe=x reconnect_ivl=10
    pub recv               -> \x01x
    pub close              -> ok
    pub again xpub bind=A
    pub recv               -> \x01x
  ]])
end)
