--- REQ and REP in both worlds: taking turns, envelopes, relaxed and correlated requests.
local helper = require "spec.helper"
local scenario = require "spec.conformance.scenario"

local conforms = scenario.tests(it)

describe("REQ and REP", function()
  after_each(helper.cleanup)

  conforms("carry a request and its reply", [[
    server = rep bind=A
    client = req connect=A
    client send hello      -> ok
    server recv            -> hello
    server send world      -> ok
    client recv            -> world
  ]])

  conforms("carry messages of several frames, empty ones too", [[
    server = rep bind=A
    client = req connect=A
    client send '' a '' b  -> ok
    server recv            -> '' a '' b
    server send '' ''      -> ok
    client recv            -> '' ''
  ]])

  conforms("a REQ does not send twice in a row", [[
    server = rep bind=A
    client = req connect=A
    client send one        -> ok
    client send two        -> EFSM
    server recv            -> one
    client send three      -> EFSM
    server send reply      -> ok
    client recv            -> reply
    client send four       -> ok
    server recv            -> four
  ]])

  conforms("a REQ does not receive before it has sent", [[
    server = rep bind=A
    client = req connect=A
    client quiet           -> EFSM
    client send one        -> ok
    server recv            -> one
    server send reply      -> ok
    client recv            -> reply
    client quiet           -> EFSM
  ]])

  conforms("a REP does not send before it has received", [[
    server = rep bind=A
    client = req connect=A
    server send reply      -> EFSM
    client send one        -> ok
    server recv            -> one
    server send reply      -> ok
    server send again      -> EFSM
  ]])

  conforms("a REP does not receive before it has replied", [[
    server = rep bind=A
    one = req connect=A
    two = req connect=A
    one send one           -> ok
    server recv            -> one
    two send two           -> ok
    wait
    server quiet           -> EFSM
    server send reply      -> ok
    server recv            -> two
  ]])

  conforms("a REQ without anybody to ask is full", [[
    client = req bind=A
    client send hello      -> full
    client quiet           -> EFSM
  ]])

  conforms("a REQ that connects may send before there is anybody", [[
    client = req connect=A
    client send hello      -> ok
    server = rep bind=A
    server recv            -> hello
  ]])

  conforms("a REQ asks its servers in turn", [[
    a = rep bind=A
    b = rep bind=B
    client = req connect=A,B
    client send one        -> ok
    a recv                 -> one
    a send 1               -> ok
    client recv            -> 1
    client send two        -> ok
    b recv                 -> two
    b send 2               -> ok
    client recv            -> 2
    client send three      -> ok
    a recv                 -> three
  ]])

  conforms("a REQ takes no reply from a server it did not ask", [[
    one = router bind=A
    two = router bind=B
    client = req connect=A,B
    client send question   -> ok
    one recv               -> #1 '' question
    one send #1 '' answer  -> ok
    client recv            -> answer
    client send second     -> ok
    two recv               -> #2 '' second
    one send #1 '' stale   -> ok
    wait
    client quiet           -> timeout
    two send #2 '' fresh   -> ok
    client recv            -> fresh
  ]])

  conforms("a REQ breaks with a server whose reply lacks the empty frame", [[
    server = router bind=A
    client = req connect=A
    client send question   -> ok
    server recv            -> #1 '' question
    server send #1 naked   -> ok
    wait
    server send #1 '' good -> unreachable
    client quiet           -> timeout
  ]])

  conforms("a DEALER behind a REP writes the envelope itself", [[
    server = rep bind=A
    client = dealer connect=A
    client send '' hello   -> ok
    server recv            -> hello
    server send world      -> ok
    client recv            -> '' world
  ]])

  conforms("a REP returns the whole envelope, however long", [[
    server = rep bind=A
    client = dealer connect=A
    client send a b c '' hello  -> ok
    server recv            -> hello
    server send world '' x -> ok
    client recv            -> a b c '' world '' x
  ]])

  conforms("a REP lets a message without an empty frame fall", [[
    server = rep bind=A
    client = dealer connect=A
    client send no envelope   -> ok
    client send '' good    -> ok
    server recv            -> good
  ]])

  conforms("a REP takes a DEALER's requests one by one", [[
    server = rep bind=A
    client = dealer connect=A
    client send '' one     -> ok
    client send '' two     -> ok
    server recv            -> one
    server send 1          -> ok
    server recv            -> two
    server send 2          -> ok
    client drain           -> '' 1 / '' 2
  ]])

  conforms("a REP reads from all its clients in turn", [[
    server = rep bind=A
    a = dealer connect=A
    wait
    b = dealer connect=A
    wait
    a send '' a1           -> ok
    a send '' a2           -> ok
    wait
    b send '' b1           -> ok
    wait
    server recv            -> a1
    server send x          -> ok
    server recv            -> b1
    server send x          -> ok
    server recv            -> a2
  ]])

  conforms("a reply to a client that left is forgotten", [[
    server = rep bind=A
    client = req connect=A linger=0
    client send hello      -> ok
    server recv            -> hello
    client close           -> ok
    wait
    server send world      -> ok
    other = req connect=A
    other send again       -> ok
    server recv            -> again
  ]])

  conforms("a REQ waits on when its server comes back without the request", [[
    server = rep bind=A
    client = req connect=A reconnect_ivl=10
    client send lost       -> ok
    server recv            -> lost
    server close           -> ok
    server again rep bind=A
    wait 200
    server quiet           -> timeout
    client quiet           -> timeout
    client send again      -> EFSM
  ]])

  conforms("a relaxed REQ may ask again", [[
    server = rep bind=A
    client = req connect=A req_relaxed=1
    wait
    client send one        -> ok
    server recv            -> one
    client send two        -> ok
    server send late       -> ok
    server recv            -> two
    server send good       -> ok
  ]])

  conforms("a relaxed REQ asks again over the same connection", [[
    server watched rep bind=A
    client = req connect=A req_relaxed=1
    server await handshake_succeeded  -> listening accepted handshake_succeeded
    client send one        -> ok
    server recv            -> one
    client send two        -> ok
    wait
    server events          -> none
  ]])

  conforms("a relaxed, correlated REQ takes only the reply to its last request", [[
    server = router bind=A
    client = req connect=A req_relaxed=1 req_correlate=1 reconnect_ivl=10
    numbers
    client send one        -> ok
    server recv            -> #1 %1 '' one
    client send two        -> ok
    server recv            -> #1 %2 '' two
    server send #1 %1 '' stale  -> ok
    server send #1 %2 '' fresh  -> ok
    client recv            -> fresh
  ]])

  conforms("a correlated REQ numbers its requests", [[
    server = router bind=A
    client = req connect=A req_correlate=1
    numbers
    client send one        -> ok
    server recv            -> #1 %1 '' one
    server send #1 %1 '' 1 -> ok
    client recv            -> 1
    client send two        -> ok
    server recv            -> #1 %2 '' two
  ]])

  conforms("a correlated REQ that is not relaxed takes a reply without its number", [[
    server = router bind=A
    client = req connect=A req_correlate=1
    numbers
    client send one        -> ok
    server recv            -> #1 %1 '' one
    server send #1 '' bad  -> ok
    client quiet
  ]])

  conforms("a REP returns a correlated request's number", [[
    server = rep bind=A
    client = req connect=A req_correlate=1
    client send one        -> ok
    server recv            -> one
    server send 1          -> ok
    client recv            -> 1
  ]])

  conforms("a REQ that correlates without being relaxed still takes turns", [[
    server = rep bind=A
    client = req connect=A req_correlate=1
    client send one        -> ok
    client send two        -> EFSM
  ]])

  conforms("a REQ carries a message as large as a mebibyte", [[
    server = rep bind=A
    client = req connect=A
    client send x*1048576  -> ok
    server recv            -> 1048576 bytes
    server send y*70000    -> ok
    client recv            -> 70000 bytes
  ]])

  conforms("a chain of ROUTER and DEALER keeps the envelopes", [[
    front = router bind=A
    back = dealer bind=B
    client = req connect=A
    server = rep connect=B
    client send question   -> ok
    front recv             -> #1 '' question
    back send #1 '' question    -> ok
    server recv            -> question
    server send answer     -> ok
    back recv              -> #1 '' answer
    front send #1 '' answer     -> ok
    client recv            -> answer
  ]])

  conforms("a REP that is reopened has forgotten whom it owes a reply", [[
    server = rep bind=A
    client = req connect=A
    client send one        -> ok
    server recv            -> one
    server close           -> ok
    server again rep bind=A
    server send reply      -> EFSM
  ]])

  conforms("a DEALER and a DEALER write to each other without envelopes", [[
    a = dealer bind=A
    b = dealer connect=A
    b send one             -> ok
    a recv                 -> one
    a send two three       -> ok
    b recv                 -> two three
  ]])
end)
