--- The feed's protocol, from publisher to readers and on to workers: messages from and to frames.
-- The parsers, `from_...`, are total: any frames give a message, or nil and one of few reasons.
--   publisher -> reader: [shard "/" key][number][frame]...
--                        [shard "/"][number]["END"]?  heartbeat: the last number; END: no more
--   reader -> worker:    [key][number][frame]...
-- A number is 8 bytes, big endian, from 1 in each shard.
local feed = {}

local END <const> = "END"
local MAX_KEY <const> = 64 -- bytes
local MAX_NUMBER <const> = 1 << 53

--- What a reader of this shard subscribes to: no shard's prefix begins with another's.
function feed.prefix(shard) return ("%d/"):format(shard) end

local function number_of(frame)
  if not frame or #frame ~= 8 then return nil end
  local number = (">i8"):unpack(frame)
  return number >= 0 and number <= MAX_NUMBER and number or nil
end

local function to_frame(number) return (">I8"):pack(number) end

--- The frames of a message, or of a heartbeat, to the readers.
function feed.message_to_readers(shard, key, number, ...)
  return feed.prefix(shard) .. key, to_frame(number), ...
end

function feed.heartbeat_to_readers(shard, number, has_ended)
  if has_ended then return feed.prefix(shard), to_frame(number), END end
  return feed.prefix(shard), to_frame(number)
end

--- What a reader receives: "message", number, key, frame... | "heartbeat", number, has_ended; or
--- nil and the reason.
function feed.from_publisher(topic, frame, ...)
  local key = topic:match "^[^/]*/(.*)$"
  local number = number_of(frame)
  if not key then return nil, "a topic without a shard" end
  if #key > MAX_KEY then return nil, "a key that is too long" end
  if not number then return nil, "no number" end
  if key == "" then return "heartbeat", number, (...) == END end
  if number == 0 then return nil, "a message numbered 0" end
  return "message", number, key, ...
end

--- The frames of a message to a worker.
function feed.to_worker(key, number, ...) return key, to_frame(number), ... end

--- What a worker receives: key, number, frame...; or nil and the reason.
function feed.from_reader(key, frame, ...)
  local number = number_of(frame)
  if not number then return nil, "no number" end
  return key, number, ...
end

return feed
