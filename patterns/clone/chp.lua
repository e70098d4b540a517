--- CHP (RFC 12), what client and server of it share: ports, terms, and the snapshot.
local kvmsg = require "clone/kvmsg"

local chp = { SNAPSHOT = 0, UPDATES = 1, SETTERS = 2 } -- the three ports, from the first

local TERM_BITS <const> = 40

--- The endpoint of one of a server's ports, from that of its first.
function chp.endpoint(server, offset)
  local host, port = server:match "^(.*):(%d+)$"
  if not host then error(("'%s' is no endpoint with a port"):format(server), 0) end
  return ("%s:%d"):format(host, math.tointeger(port) + offset)
end

--- A sequence number begins with the term of the pair: the first one of a term, and the term of
--- one. The Guide's servers have none.
function chp.first_of(term) return term << TERM_BITS end
function chp.term_of(seq) return seq >> TERM_BITS end

--- How many updates there were in its term.
function chp.number_of(seq) return seq & (1 << TERM_BITS) - 1 end

--- When a message ends by this node's clock, in `ends`, instead of what is left of it.
function chp.set_end(self, kv)
  if kv.wall then kv.ttl, kv.wall = math.max(1, kv.wall - self:wall()), nil end
  if kv.ttl then kv.ends, kv.ttl = self:now() + kv.ttl, nil end
end

--- The five frames of an entry of the map, with what is left of it.
function chp.pack(self, kv)
  if not kv.ends then return kvmsg.pack(kv) end
  return kvmsg.pack { key = kv.key, seq = kv.seq, uuid = kv.uuid, body = kv.body,
                      ttl = math.max(1, kv.ends - self:now()) }
end

-- The next message of a snapshot; nil and why there is none.
local function parse_next(first, ...)
  if not first then return nil, (...) end
  return kvmsg.parse(first, ...)
end

--- Asks a server for the keys below a subtree: the map, key -> message, and the message at its end;
--- nil and why. The first message is waited for up to `patience` ms, each of the others `silence`.
function chp.fetch(self, server, subtree, patience, silence)
  local line <close> = self:open {
    "dealer", connect = chp.endpoint(server, chp.SNAPSHOT), linger = 0, rcvhwm = 20000,
  }
  line:send("ICANHAZ?", subtree)
  local map, wait = {}, patience
  while true do
    local kv, reason = parse_next(line:recv(wait))
    if not kv then return nil, reason end
    if kv.key == "KTHXBAI" then return map, kv end
    if kv.ttl or kv.wall then chp.set_end(self, kv) end
    map[kv.key], wait = kv, silence
  end
end

return chp
