--- Majordomo worker (MDP 0.1): answers requests for a service; heartbeats go on while it works.
-- It does what its owner's `on.<part>` does, or the function that `serve` was given; by itself, or
-- when that returns nothing, it echoes.
local defer = require "sloop.reply_later"
local extend = require "sloop.extend_role"
local mdp = require "majordomo/mdp"

local worker = {
  options = {
    service = "echo",
    heartbeat = 2500, -- ms; the broker's too
    liveness = 3,     -- beats of silence until the broker is dead
  },
  state = {
    service = "",  -- what the broker knows it for; "": nothing, it is away
    session = 0,   -- a READY begins one, and a reply belongs to that of its request
    lives = 0,     -- beats of silence left to the broker
    busy = false,  -- with the one request a worker has
    ignored = 0,   -- messages that made no sense
  },
  sockets = { broker = { "dealer", connect = "tcp://localhost:5555" } },
  timers = { beat = "heartbeat" },
  on = {},
}

local function join(self)
  self.service, self.session = self.options.service, self.session + 1
  self.lives = self.options.liveness
  mdp.say(self.broker, "ready", self.service)
end

-- The broker forgets a connection, so another one is needed. It is made by the next beat.
local function go_away(self)
  self.service, self.session = "", self.session + 1
  self.broker:close()
end

-- However work ends. Without a reply it failed: the broker is to give the request to another.
local function rest(self, session, replied)
  self.busy, self.lives = false, self.options.liveness
  if session == self.session and not replied then
    mdp.say(self.broker, "disconnect")
    join(self)
  end
  self:wake "idle"
end

local function attend(self, session, client, ...)
  local replied = false
  local _ <close> = defer(function() rest(self, session, replied) end)
  local reply = table.pack(self:work(...))
  if reply.n == 0 then reply = table.pack(...) end
  assert(reply.n <= mdp.MOST_FRAMES, "a reply of too many frames")
  if session ~= self.session then return end -- by now it is another worker's request
  mdp.say(self.broker, "final", client, "", table.unpack(reply, 1, reply.n))
  replied = true
end

--- The reply to a request. An error, or nil, is a failure, and the broker tries another worker.
function worker.work(self, ...) return self:emit(...) end

local heard = {}

function heard.request(self, ...)
  if self.busy then return end -- no broker of sound mind does that
  self.busy = true
  self:spawn(attend, self.session, ...)
end

function heard.heartbeat() end -- being heard from was the message

function heard.disconnect(self)
  self:warn("the broker sent us away: joining it anew")
  go_away(self)
end

local function act(self, command, ...)
  if heard[command] then return heard[command](self, ...) end
  self.ignored = self.ignored + 1
  if self.ignored == 1 then self:warn("%s (further messages are only counted)", (...)) end
end

function worker.init(self) join(self) end

function worker.on.broker(self, ...)
  self.lives = self.options.liveness
  act(self, mdp.hear(...))
end

-- A busy worker does not judge: not every broker beats for it.
function worker.on.beat(self)
  if self.service == "" then
    if self.busy then return end
    return self.broker:reopen() and join(self)
  end
  if self.service ~= self.options.service and not self.busy then -- it was set while we ran
    mdp.say(self.broker, "disconnect")
    return go_away(self)
  end
  if not self.busy then self.lives = self.lives - 1 end
  if self.lives < 0 then
    self:warn("the broker is silent: joining it anew")
    return go_away(self)
  end
  mdp.say(self.broker, "heartbeat")
end

--- What is being worked on is finished, if a beat is enough for that.
function worker.stop(self)
  if self.busy then self:wait("idle", self.options.heartbeat) end
  if self.service == "" then return end
  self.session = self.session + 1
  mdp.say(self.broker, "disconnect")
end

--- A role of its own: `return worker.serve("upper", function(self, text) return text:upper() end)`.
--- `more` adds to it as a role has it: { state = ..., parts = ... }.
function worker.serve(service, work, more)
  local role = extend(worker, { options = { service = service }, work = work })
  return extend(role, more or {})
end

return worker
