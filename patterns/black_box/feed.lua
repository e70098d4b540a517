--- The feed's words, from publisher to readers. Parsers are total.
-- message: [shard "/" key][number][frame]...   number: 8 bytes, big endian, from 1 in each shard
-- beat:    [shard "/"][number]["END"]?         the last number so far; END: there will be no more
local feed = { END = "END", LONGEST = 64 } -- bytes of a key

--- What a reader of this shard subscribes to: no shard's prefix begins with another's.
function feed.prefix(shard) return ("%d/"):format(shard) end

function feed.topic(shard, key) return ("%d/%s"):format(shard, key) end

function feed.number(number) return (">I8"):pack(number) end

--- The number of a message; nil when it is none.
function feed.parse_number(frame)
  if not frame or #frame ~= 8 then return nil end
  local number = (">i8"):unpack(frame)
  return number >= 0 and number <= 1 << 53 and number or nil
end

--- Key and number of a message; the key of a beat is empty. Or nil and the reason.
function feed.parse(topic, frame)
  local _, slash = topic:find("/", 1, true)
  if not slash then return nil, "a topic without a shard" end
  if #topic - slash > feed.LONGEST then return nil, "a key that is too long" end
  local number = feed.parse_number(frame)
  if not number then return nil, "no number" end
  return topic:sub(slash + 1), number
end

return feed
