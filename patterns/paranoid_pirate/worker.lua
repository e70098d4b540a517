--- Paranoid pirate worker (PPP, RFC 6): answers requests, and notices when its queue dies.
-- It does what its owner's `on.<part>` does, or the function that `serve` was given; by itself, or
-- when that returns nothing, it echoes. While it works it still beats, but does not listen: a
-- second request stays in ZeroMQ's queue.
local answer = require "sloop.answer"
local defer = require "sloop.reply_later"
local extend = require "sloop.extend_role"
local ppp = require "paranoid_pirate/ppp"
local reject = require "sloop.reject_message"

local worker = {
  options = {
    interval = 1000,       -- ms; the queue's too
    liveness = 3,          -- beats of silence until the queue is dead
    reconnect = 1000,      -- ms until it is tried anew; doubled each time
    reconnect_max = 32000, -- up to here
    work = 0,              -- ms it works for an answer
  },
  state = {
    silent = 0,   -- beats since the queue was heard
    attempts = 0, -- to find it again
    busy = false,
    rejects = {}, -- reason -> times
  },
  sockets = { queue = { "dealer", connect = "tcp://localhost:5556" } },
  timers = { beat = "interval" },
  on = {},
}

local function join(self)
  self.silent = 0
  self.queue:try_send(ppp.READY)
end

function worker.init(self) join(self) end

--- The reply's frames. An error is answered with one empty frame.
function worker.work(self, ...)
  self:sleep(self.options.work)
  return self:emit(...)
end

local function reply(self, client, ...)
  assert(ppp.is_body("", ...), "a reply of too many frames")
  return self.queue:send(client, "", ...)
end

local commands = {
  heartbeat = function() end, -- being heard was the message
  request = function(self, client, ...)
    local replied = false
    local _ <close> = defer(function()
      self.busy = false
      if not replied then self.queue:try_send(client, "", "") end
    end)
    self.busy = true
    replied = reply(self, client, answer(self, ...))
  end,
}

local function heard(self, command, ...)
  if not command then return reject(self, (...)) end
  self.silent, self.attempts = 0, 0
  commands[command](self, ...)
end

function worker.on.queue(self, ...) heard(self, ppp.from_queue(...)) end

-- On a new socket: the old connection may be dead without knowing it.
local function rejoin(self)
  local delay = math.min(self.options.reconnect * 2.0 ^ self.attempts, self.options.reconnect_max)
  self:warn("the queue is silent: trying it anew in %.0f ms", delay)
  self.attempts = self.attempts + 1
  self.queue:close()
  self:sleep(delay)
  if self.queue:reopen() then join(self) end
end

-- Who is busy does not listen, and so does not judge.
function worker.on.beat(self)
  self.silent = self.silent + 1
  if self.silent > self.options.liveness and not self.busy then return rejoin(self) end
  self.queue:try_send(ppp.HEARTBEAT)
end

--- A role of its own: `return worker.serve(function(self, text) return text:upper() end)`. `more`
--- adds to it as a role has it: { state = ..., parts = ... }.
function worker.serve(work, more) return extend(extend(worker, { work = work }), more or {}) end

return worker
