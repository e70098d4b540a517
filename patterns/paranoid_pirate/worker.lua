--- Paranoid pirate worker (PPP, RFC 6): answers requests, and notices when its queue dies.
-- What it does is its owner's `on.<part>`, or the function given to `serve`; run alone, or when
-- that returns nothing, it echoes. While it works it sends heartbeats, but reads nothing: a second
-- request stays in ZeroMQ's queue.
local answer = require "sloop.answer"
local ppp = require "paranoid_pirate/ppp"
local reject = require "sloop.reject_message"
local reply_later = require "sloop.reply_later"
local serve = require "sloop.serve"

local RECONNECT <const> = 100 -- ms after the connection was closed

---@type sloop.Role
local worker = {
  options = {
    heartbeat = 1000,      -- ms between two; the same as the queue's
    liveness = 3,          -- heartbeats the queue may miss before it is dead
    reconnect = 1000,      -- ms until it connects to a silent queue again; doubled each time
    reconnect_max = 32000, -- up to this
    work = 0,              -- ms it works for an answer
  },
  limits = {
    heartbeat = { min = 1 }, liveness = { min = 1 }, reconnect = { min = 0 },
    reconnect_max = { min = 0 }, work = { min = 0 },
  },
  state = {
    silent = 0,   -- heartbeats since the queue was heard
    attempts = 0, -- to connect again since then
    busy = false,
    rejects = {}, -- reason -> times
  },
  sockets = { queue = { "dealer", connect = "tcp://localhost:5556", events = "monitor" } },
  timers = { beat = "heartbeat" },
  on = {},
}

local function register(self)
  self.silent = 0
  self.queue:try_send(ppp.READY)
end

function worker.init(self) register(self) end

--- The reply's frames. An error is answered with one empty frame.
function worker.work(self, ...)
  self:note("begin", { request = (...) })
  self:sleep(self.options.work)
  self:note("done", { request = (...) })
  return self:emit(...)
end

local function reply(self, client, ...)
  assert(ppp.is_body("", ...), "a reply of too many frames")
  return self.queue:send(ppp.to_queue(client, ...))
end

local commands = { heartbeat = function() end } -- by what the queue says

function commands.request(self, client, ...)
  local replied = false
  local _ <close> = reply_later(function()
    self.busy = false
    if not replied then self.queue:try_send(ppp.to_queue(client, "")) end
  end)
  self.busy = true
  replied = reply(self, client, answer(self, ...))
end

local function from_queue(self, command, ...)
  if not command then return reject(self, (...)) end
  if self.attempts > 0 then self:note "connected" end
  self.silent, self.attempts = 0, 0
  commands[command](self, ...)
end

function worker.on.queue(self, ...) from_queue(self, ppp.from_queue(...)) end

-- On a new socket: the old connection may be dead without knowing it.
local function reconnect(self, delay)
  self.silent = 0
  self.queue:close()
  self:sleep(delay)
  if self.queue:reopen() then register(self) end
end

-- The queue knows nothing of the connection that ZeroMQ makes next: it needs a READY. The reply of
-- a busy worker is one, too.
function worker.on.monitor(self, event)
  if event == "disconnected" and not self.busy then self:spawn(reconnect, RECONNECT) end
end

-- A busy worker does not read, and so does not judge.
function worker.on.beat(self)
  self.silent = self.silent + 1
  if self.silent > self.options.liveness and not self.busy then
    local delay = math.min(self.options.reconnect * 2.0 ^ self.attempts, self.options.reconnect_max)
    self:warn("the queue is silent: connecting again in %.0f ms", delay)
    self:note("reconnect", { delay = delay, reason = "silent", silent = self.silent })
    self.attempts = self.attempts + 1
    return reconnect(self, delay)
  end
  self.queue:try_send(ppp.HEARTBEAT)
end

--- A role of its own: `return worker.serve(function(self, text) return text:upper() end)`. `more`
--- adds to it as a role has it: { state = ..., parts = ... }.
function worker.serve(work, more) return serve(worker, work, more) end

return worker
