--- The words of synchronized publishing, between subscribers and the publisher. Parsers are total.
-- A subscriber that has an id subscribes to everything, and to a topic of its own which is never
-- published: when the publisher sees that one, it has the other, too.
--   feed:  [1] and [1 topic] come from a subscriber, [0] and [0 topic] when it is gone
--   ready: [id] or, as the Guide has it, [""]; [id][DONE] -> [""] or one of the words below
local sync = {
  CONFIRMED = "CONFIRMED", -- your subscription is here
  AGAIN = "AGAIN",         -- it is not yet: ask again
  LATE = "LATE",           -- publishing has begun without you
  INVALID = "INVALID",     -- this makes no sense
  DONE = "DONE",           -- I have every message
  END = "END",             -- of the feed: the last message, with the count as a second frame
}

--- The topic of a subscriber's own.
function sync.topic(id) return "SYNC:" .. id end

--- What a subscription is: 1 or -1, and the id of whom it tells, nil when it is to everything; or
-- nil and the reason.
function sync.parse_subscription(frame, more)
  local byte, prefix = frame:byte(), frame:sub(2)
  if more or not byte or byte > 1 then return nil, "no subscription" end
  local change = byte == 1 and 1 or -1
  if prefix == "" then return change end
  local id = #prefix == 37 and prefix:match "^SYNC:(%x+)$"
  if not id then return nil, "a subscription to neither everything nor an own topic" end
  return change, id
end

--- The id of a subscriber that is ready, "" for one of the Guide's, and whether it is done; or nil
-- and the reason.
function sync.parse_ready(id, word, more)
  local known = #id == 32 and id:find "^%x+$"
  if not more and (id == "" and not word or known and (not word or word == sync.DONE)) then
    return id, word == sync.DONE
  end
  return nil, "neither READY nor DONE"
end

--- How many messages there were, of the last one's second frame; nil when it does not say.
function sync.parse_count(frame)
  return frame and #frame <= 15 and frame:find "^%d+$" and math.tointeger(tonumber(frame)) or nil
end

return sync
