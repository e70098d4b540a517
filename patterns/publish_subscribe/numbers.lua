--- Numbers of published messages: a publisher counts those of each topic, a subscriber sees gaps.
-- A publisher calls itself by an id, another each time it begins. In text: "<id> <number>", the id
-- in 8 hex digits, numbers from 1. The parser is total.
local numbers = { MOST = 100000 } -- topics of which a subscriber knows the last number

local DIGITS <const> = 15

--- A publisher's id, from a uuid.
function numbers.id(uuid) return uuid:sub(1, 8) end

--- The text of the next number of this topic; `counts` is the publisher's state, topic -> number.
function numbers.next(counts, id, topic)
  local number = (counts[topic] or 0) + 1
  counts[topic] = number
  return ("%s %d"):format(id, number), number
end

--- Id and number; or nil and the reason.
function numbers.parse(text)
  local id, digits = text:match "^(%x+) (%d+)$"
  if not id or #id ~= 8 or #digits > DIGITS then return nil, "no number where one should be" end
  local number = math.tointeger(tonumber(digits))
  if number < 1 then return nil, "a number below 1" end
  return id, number
end

--- What a subscriber knows: the last number of each topic of each publisher, in two generations.
-- When the young one is full it becomes the old one: what was not heard for long is forgotten.
function numbers.new() return { young = {}, old = {}, count = 0 } end

local function remember(seen, key, number)
  if not seen.young[key] then
    if seen.count >= numbers.MOST // 2 then
      seen.old, seen.young, seen.count = seen.young, {}, 0
    end
    seen.count = seen.count + 1
  end
  seen.young[key] = number
end

--- What a message with this number says of those before it: "first" and how many there were, which
-- were lost or came before the subscription; "next"; "gap" and how many are lost; "again".
function numbers.check(seen, topic, id, number)
  local key = id .. topic
  local last = seen.young[key] or seen.old[key]
  if last and number <= last then return "again", 0 end
  remember(seen, key, number)
  if not last then return "first", number - 1 end
  if number == last + 1 then return "next", 0 end
  return "gap", number - last - 1
end

return numbers
