--- Key-value messages: of three frames (models 1 to 4), and of five (model 5 and CHP, RFC 12).
--   { key, seq, body, uuid = 16 bytes or "", and what its properties say: ttl, wall, ... }
-- An empty body deletes the key. Total: any frames make a message, or nil and what is wrong.
local kvmsg = { MOST_KEY = 255, MOST_PROPERTIES = 65536 }

local MOST_TTL <const> = 1 << 40   -- ms; what is longer has none
local ABSOLUTE <const> = 100000000000 -- from here on a ttl is no number of seconds but a date in ms

local pack, unpack = string.pack, string.unpack

--- A message of three frames.
function kvmsg.simple(key, seq, body) return key, pack(">I8", seq), body end

--- Its key, sequence number and body; nil and what is wrong.
function kvmsg.parse_simple(key, seq, body, more)
  if body == nil or more ~= nil then return nil, "not three frames" end
  if #key > kvmsg.MOST_KEY then return nil, "a key too long" end
  if #seq ~= 8 then return nil, "no sequence number" end
  return key, (unpack(">i8", seq)), body
end

local NUMBERS <const> = { ttl = true, ms = true, updates = true }
local TEXTS <const> = { state = true, subtree = true }

-- Ours are `ms`, beside `ttl` which has whole seconds; `updates`, how many there were in `subtree`;
-- and `state` of the server that sends HUGZ.
local function properties(kv)
  local list = {}
  if kv.ttl then list[1] = ("ttl=%d\nms=%d\n"):format((kv.ttl + 999) // 1000, kv.ttl) end
  if kv.updates then
    table.insert(list, ("updates=%d\nsubtree=%s\n"):format(kv.updates, kv.subtree))
  end
  if kv.state then table.insert(list, ("state=%s\n"):format(kv.state)) end
  return table.concat(list)
end

local function read_properties(kv, text)
  local found = {}
  for name, value in text:gmatch "([^=\n]+)=([^\n]*)" do
    if NUMBERS[name] then found[name] = math.tointeger(tonumber(value)) end
    if TEXTS[name] then found[name] = value end
  end
  kv.updates, kv.subtree, kv.state = found.updates, found.subtree, found.state
  local ttl = found.ttl or 0
  if ttl >= ABSOLUTE then
    kv.wall = ttl -- as the Guide's server has it in its snapshots
  else
    ttl = found.ms or ttl * 1000
    if ttl > 0 and ttl < MOST_TTL then kv.ttl = ttl end
  end
end

--- The five frames of a message. Its `ttl` is in ms.
function kvmsg.pack(kv)
  local more = (kv.ttl or kv.updates or kv.state) and properties(kv) or ""
  return kv.key, pack(">I8", kv.seq), kv.uuid, more, kv.body
end

--- The message of five frames, with `ttl` in ms, or `wall`, the date in ms at which it ends; nil
--- and what is wrong.
function kvmsg.parse(key, seq, uuid, more, body, sixth)
  if body == nil or sixth ~= nil then return nil, "not five frames" end
  if key == "" or #key > kvmsg.MOST_KEY then return nil, "a key empty or too long" end
  if #seq ~= 8 then return nil, "no sequence number" end
  if #uuid ~= 16 and uuid ~= "" then return nil, "no UUID" end
  local number = unpack(">i8", seq)
  if number < 0 then return nil, "no sequence number" end
  local kv = { key = key, seq = number, uuid = uuid, body = body }
  if more ~= "" then
    if #more > kvmsg.MOST_PROPERTIES then return nil, "too many properties" end
    read_properties(kv, more)
  end
  return kv
end

--- What a client sets, as parse has it.
function kvmsg.parse_set(...)
  local kv, reason = kvmsg.parse(...)
  if not kv then return nil, reason end
  if kv.uuid == "" then return nil, "a key without UUID" end
  if kv.key == "HUGZ" or kv.key == "KTHXBAI" then return nil, "a reserved key" end
  return kv
end

--- Did the client that made both UUIDs make this one first? Ours count in the second half; those of
--- the Guide's are all of different clients.
function kvmsg.is_older(uuid, other)
  if #uuid ~= 16 or uuid:sub(1, 8) ~= other:sub(1, 8) then return false end
  return math.ult(unpack(">i8", uuid, 9), (unpack(">i8", other, 9)))
end

--- Does a key lie in this subtree?
function kvmsg.is_below(key, subtree) return subtree == "" or key:sub(1, #subtree) == subtree end

return kvmsg
