--- The last message of each topic, with bounds: what was not updated for longest goes first.
-- Plain data for a role's state; any bytes, any number of frames.
local values = {}

function values.new()
  return {
    entries = {},            -- topic -> { turn =, bytes =, frames behind the topic... }
    order = {},              -- turn -> topic, for the last turn of each
    oldest = 1, newest = 0,  -- turns
    topics = 0, bytes = 0,
    evicted = 0, refused = 0, -- topics that had to go; messages larger than all there may be
  }
end

local function size_of(topic, ...)
  local size = #topic
  for i = 1, select("#", ...) do size = size + #select(i, ...) end
  return size
end

local function remove(self, topic)
  local entry = self.entries[topic]
  if not entry then return end
  self.entries[topic], self.order[entry.turn] = nil, nil
  self.topics, self.bytes = self.topics - 1, self.bytes - entry.bytes
end

local function evict(self)
  while not self.order[self.oldest] do self.oldest = self.oldest + 1 end
  local topic = self.order[self.oldest]
  remove(self, topic)
  self.evicted = self.evicted + 1
  return topic
end

--- Keep a message as the last of its topic, within these limits of topics and bytes. False when it
-- is larger than that: then there is none of its topic any more, since an old one would be wrong.
-- Behind that, the topics that had to go for it.
function values.put(self, most_topics, most_bytes, topic, ...)
  remove(self, topic)
  local bytes = size_of(topic, ...)
  if bytes > most_bytes then
    self.refused = self.refused + 1
    return false
  end
  self.newest = self.newest + 1
  self.entries[topic] = { turn = self.newest, bytes = bytes, ... }
  self.order[self.newest] = topic
  self.topics, self.bytes = self.topics + 1, self.bytes + bytes
  if self.topics <= most_topics and self.bytes <= most_bytes then return true end
  local gone = {}
  while self.topics > most_topics or self.bytes > most_bytes do table.insert(gone, evict(self)) end
  return true, table.unpack(gone)
end

--- The frames behind the topic, as a table; nil when there is none.
function values.get(self, topic) return self.entries[topic] end

--- The topics that begin with one of these prefixes, a set; in order.
function values.matching(self, prefixes)
  local lengths, found = {}, {}
  for prefix in pairs(prefixes) do lengths[#prefix] = true end
  for topic in pairs(self.entries) do
    for length in pairs(lengths) do
      if #topic >= length and prefixes[topic:sub(1, length)] then
        table.insert(found, topic)
        break
      end
    end
  end
  table.sort(found)
  return found
end

--- In words: how many there are, and what did not fit.
function values.summary(self)
  return ("%d topics of %d bytes; %d evicted, %d too large"):format(self.topics, self.bytes,
    self.evicted, self.refused)
end

return values
