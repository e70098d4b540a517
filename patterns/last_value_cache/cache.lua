--- Last value cache: a late subscriber gets the last message of each topic it asked for, and
-- from then on all. An XPUB can't speak to one subscriber: others of that prefix hear them again.
local durable = require "last_value_cache/durable"
local reject = require "sloop.reject_message"
local values = require "last_value_cache/values"

local MOST <const> = 1000 -- prefixes that wait
local BURST <const> = 500 -- messages, before others have their turn

---@type sloop.Role
local cache = {
  options = {
    max_topics = 100000, max_bytes = 64 << 20,
    gather = 20, -- ms in which subscriptions are answered together
    durable = false, -- keep the values in a store: a message is passed on when it is on disk
  },
  state = {
    values = values.new(), wanted = {}, asked = 0, resent = 0, rejects = {},
    durable = durable.new(),
  },
  stores = function(options) return options.durable and { kept = {} } or {} end,
  sockets = function(options)
    return {
      upstream = {
        "sub", connect = "tcp://localhost:5557", subscribe = "", rcvhwm = options.max_topics,
      },
      downstream = {
        "xpub", bind = "tcp://*:5558", xpub_verbose = true,
        sndhwm = options.max_topics + 1000, -- so all that is kept fits into a subscriber's queue
        when = function(self) return self.asked < MOST end,
      },
    }
  end,
  timers = { resend = "gather" },
  on = {},
}

local function keep(self, topic, ...)
  return values.put(self.values, self.options.max_topics, self.options.max_bytes, topic, ...)
end

-- Keeps a message and passes it on. The topics that had to go for it.
local function pass_on(self, topic, ...)
  local kept = table.pack(keep(self, topic, ...))
  self:note("kept", { topic = topic, value = ... or "", topics = self.values.topics })
  self.downstream:send(topic, ...)
  if not kept[1] then return topic end
  return table.unpack(kept, 2, kept.n)
end

function cache.init(self)
  if not self.options.durable then return end
  durable.load(self, keep)
  self:note("restored", { topics = self.values.topics })
end

function cache.on.upstream(self, ...)
  if not self.options.durable then return pass_on(self, ...) end
  durable.write(self, pass_on, ...)
end

function cache.on.downstream(self, event, more)
  if more or not event:find "^[\0\1]" then return reject(self, "no subscription") end
  local prefix = event:sub(2)
  if event:byte() == 0 or self.wanted[prefix] then return end
  self.wanted[prefix], self.asked = true, self.asked + 1
end

function cache.on.resend(self)
  if self.asked == 0 then return end
  local topics = values.matching(self.values, self.wanted)
  self.wanted, self.asked, self.resent = {}, 0, self.resent + #topics
  for i, topic in ipairs(topics) do
    local frames = values.get(self.values, topic) -- as it is now
    if frames then self.downstream:send(topic, table.unpack(frames)) end
    if i % BURST == 0 then self:sleep(0) end
  end
end

function cache.stop(self)
  self:log("%s; %d sent again", values.summary(self.values), self.resent)
end

return cache
