--- PUB and SUB in both worlds: who hears what.
local helper = require "spec.helper"
local scenario = require "spec.conformance.scenario"

local conforms = scenario.tests(it)

describe("PUB and SUB", function()
  after_each(helper.cleanup)

  conforms("a SUB hears what begins with what it asked for", [[
    pub = pub bind=A
    sub = sub connect=A subscribe=a
    wait
    pub send apple         -> ok
    pub send banana        -> ok
    pub send a             -> ok
    pub send ''            -> ok
    sub drain              -> apple / a
  ]])

  conforms("a SUB that asked for nothing hears nothing", [[
    pub = pub bind=A
    sub = sub connect=A
    wait
    pub send x             -> ok
    sub quiet              -> timeout
  ]])

  conforms("an empty prefix is everything", [[
    pub = pub bind=A
    sub = sub connect=A
    sub subscribe ''       -> ok
    wait
    pub send x             -> ok
    pub send ''            -> ok
    sub drain              -> x / ''
  ]])

  conforms("only the first frame is matched", [[
    pub = pub bind=A
    sub = sub connect=A subscribe=topic
    wait
    pub send topic body    -> ok
    pub send body topic    -> ok
    sub drain              -> topic body
  ]])

  conforms("prefixes are bytes", [[
    pub = pub bind=A
    sub = sub connect=A
    sub subscribe \x00\xff -> ok
    wait
    pub send \x00\xffx     -> ok
    pub send \x00x         -> ok
    sub drain              -> \x00\xffx
  ]])

  conforms("what two prefixes match is heard once", [[
    pub = pub bind=A
    sub = sub connect=A subscribe=a
    sub subscribe ab       -> ok
    wait
    pub send abc           -> ok
    sub drain              -> abc
  ]])

  conforms("every SUB hears", [[
    pub = pub bind=A
    a = sub connect=A subscribe=x
    b = sub connect=A subscribe=x
    wait
    pub send x1            -> ok
    a drain                -> x1
    b drain                -> x1
  ]])

  conforms("a SUB hears only what comes after it subscribed", [[
    pub = pub bind=A
    pub send early         -> ok
    sub = sub connect=A subscribe=e
    wait
    sub quiet              -> timeout
  ]])

  conforms("unsubscribed is heard no more", [[
    pub = pub bind=A
    sub = sub connect=A subscribe=a,b
    wait
    sub unsubscribe a      -> ok
    wait
    pub send a1            -> ok
    pub send b1            -> ok
    sub drain              -> b1
  ]])

  conforms("subscriptions are counted", [[
    pub = pub bind=A
    sub = sub connect=A subscribe=a,a
    wait
    sub unsubscribe a      -> ok
    wait
    pub send a1            -> ok
    sub drain              -> a1
    sub unsubscribe a      -> ok
    wait
    pub send a2            -> ok
    sub quiet              -> timeout
  ]])

  conforms("to unsubscribe what was not subscribed is an error", [[
    sub = sub connect=A subscribe=a
    sub unsubscribe b
    sub unsubscribe a      -> ok
    sub unsubscribe a
  ]])

  conforms("a SUB hears several publishers", [[
    a = pub bind=A
    b = pub bind=B
    sub = sub connect=A,B subscribe=x
    wait
    a send xa              -> ok
    b send xb              -> ok
    sub sorted             -> xa / xb
  ]])

  conforms("a SUB may bind, and a PUB connect", [[
    sub = sub bind=A subscribe=x
    a = pub connect=A
    b = pub connect=A
    wait
    a send xa              -> ok
    b send xb              -> ok
    sub sorted             -> xa / xb
  ]])

  conforms("a PUB is never full, whoever listens", [[
    pub = pub bind=A sndhwm=1
    pub flood 100 x        -> 100
  ]])

  conforms("a PUB that connects keeps nothing for who is not there", [[
    pub = pub connect=A
    pub send x             -> ok
    sub = sub bind=A subscribe=x
    wait 300
    sub quiet              -> timeout
    pub send x2            -> ok
    sub recv               -> x2
  ]])

  conforms("a PUB receives nothing, a SUB sends nothing", [[
    pub = pub bind=A
    sub = sub bind=B
    pub quiet              -> EOPNOTSUPP
    sub send x             -> EOPNOTSUPP
  ]])

  conforms("subscriptions are told again after a reconnect", [[
    pub = pub bind=A
    sub = sub connect=A subscribe=x reconnect_ivl=10
    wait
    pub send x1            -> ok
    sub recv               -> x1
    pub close              -> ok
    pub again pub bind=A
    wait 300
    pub send x2            -> ok
    sub recv               -> x2
  ]])

  conforms("what was unsubscribed while away is not told again", [[
    pub = pub bind=A
    sub = sub connect=A subscribe=x,y reconnect_ivl=10
    wait
    pub close              -> ok
    wait
    sub unsubscribe x      -> ok
    pub again pub bind=A
    wait 300
    pub send x1            -> ok
    pub send y1            -> ok
    sub drain              -> y1
  ]])

  conforms("what was subscribed while away is told", [[
    sub = sub connect=A reconnect_ivl=10
    wait
    sub subscribe z        -> ok
    pub = pub bind=A
    wait 300
    pub send z1            -> ok
    sub drain              -> z1
  ]])

  conforms("multipart messages come whole", [[
    pub = pub bind=A
    sub = sub connect=A subscribe=t
    wait
    pub send t '' 2 3      -> ok
    sub recv               -> t '' 2 3
  ]])

  conforms("a thousand messages come in order when there is room", [[
    pub = pub bind=A
    sub = sub connect=A subscribe=m
    wait
    pub flood 900 m        -> 900
    sub count              -> 900
  ]])

  conforms("an inverted match lets through all but the prefix", [[
    pub = pub bind=A invert_matching=1
    sub = sub connect=A subscribe=a invert_matching=1
    wait
    pub send a1            -> ok
    pub send b1            -> ok
    sub drain              -> b1
  ]])

  conforms("a conflating SUB keeps the last message", [[
    pub = pub bind=A
    sub = sub conflate=1 connect=A subscribe=m
    wait
    pub flood 20 m         -> 20
    wait
    sub drain              -> m20
  ]])

  conforms("a message to a closed subscriber is no matter", [[
    pub = pub bind=A
    sub = sub connect=A subscribe=m
    wait
    sub close              -> ok
    wait
    pub send m             -> ok
  ]])
end)
