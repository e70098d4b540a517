--- The values of a cache in a store: topic -> { order =, frames behind the topic... }.
-- Messages wait until they are on disk, and are passed on in their order.
local queue = require "sloop.queue"
local reply_later = require "sloop.reply_later"

local MOST_WAITING <const> = 10000 -- messages; then no more are read

local durable = {}

function durable.new()
  return {
    written = 0,           -- messages so far: their order
    waiting = queue.new(), -- messages that are not on disk yet
    writing = false,       -- a task syncs and passes them on
  }
end

--- Keep what the store has, what was updated last as the last.
function durable.load(self, keep)
  local found, state = {}, self.durable
  for topic, message in self.kept:each() do
    table.insert(found, { topic = topic, message = message })
    state.written = math.max(state.written, message.order)
  end
  table.sort(found, function(a, b) return a.message.order < b.message.order end)
  for _, each in ipairs(found) do
    for i, topic in ipairs { keep(self, each.topic, table.unpack(each.message)) } do
      if i > 1 then self.kept:put(topic, nil) end -- the limits are lower now
    end
  end
end

-- Not what was written since for the same topic.
local function remove(self, topic, order)
  local message = self.kept:get(topic)
  if message and message.order <= order then self.kept:put(topic, nil) end
end

local function pass_on_synced(self, pass_on)
  local _ <close> = reply_later(function() self.durable.writing = false end)
  while not queue.empty(self.durable.waiting) do
    local count = queue.size(self.durable.waiting)
    local ok, reason = self.kept:sync()
    if not ok then self:stop(nil, "the store failed: " .. reason) end
    for _ = 1, count do
      local message = queue.pop(self.durable.waiting)
      for _, topic in ipairs { pass_on(self, table.unpack(message)) } do
        remove(self, topic, message.order)
      end
    end
    self:wake "written"
  end
end

--- Write a message, and pass it on when it is on disk; waits when the disk can't keep up. `pass_on`
-- returns the topics that are not kept any more.
function durable.write(self, pass_on, topic, ...)
  local state = self.durable
  state.written = state.written + 1
  self.kept:put(topic, { order = state.written, ... })
  queue.push(state.waiting, { order = state.written, topic, ... })
  if not state.writing then
    state.writing = true
    self:spawn(pass_on_synced, pass_on)
  end
  while queue.size(self.durable.waiting) >= MOST_WAITING do self:wait "written" end
end

return durable
