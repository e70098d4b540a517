--- Majordomo worker (MDP 0.1): answers requests for a service; heartbeats go on while it works.
-- What it does is its owner's `on.<part>`, or the function given to `serve`; run alone, or when
-- that returns nothing, it echoes.
local extend_role = require "sloop.extend_role"
local mdp = require "majordomo/mdp"
local reject = require "sloop.reject_message"
local reply_later = require "sloop.reply_later"
local serve = require "sloop.serve"

local RECONNECT <const> = 100 -- ms after the connection was closed

---@type sloop.Role
local worker = {
  options = {
    service = "echo",
    heartbeat = 2500, -- ms between two; the same as the broker's
    liveness = 3,     -- heartbeats the broker may miss before it is dead
    quiet = false,    -- another worker of this node logs that the broker is silent or gone
  },
  limits = { service = { min = 1, max = 255 }, heartbeat = { min = 1 }, liveness = { min = 1 } },
  state = {
    service = "",  -- what it is registered for; "" when it is not
    session = 0,   -- number of the registration: a reply belongs to that of its request
    silent = 0,    -- heartbeats since the broker was heard
    busy = false,  -- has a request; there is one at a time
    rejects = {},  -- reason -> times
  },
  sockets = { broker = { "dealer", connect = "tcp://localhost:5555", events = "monitor" } },
  timers = { beat = "heartbeat" },
  on = {},
}

local function send(self, ...) return self.broker:send(mdp.worker_to_broker(...)) end

local function register(self)
  self.service, self.session, self.silent = self.options.service, self.session + 1, 0
  send(self, "ready", self.service)
end

local function tell(self, write, text)
  if not self.options.quiet then write(self, text .. ": registering again") end
end

-- Closes the connection, since a broker knows a worker by it. The next heartbeat opens another.
local function unregister(self)
  self.service, self.session = "", self.session + 1
  self.broker:close()
end

local function reconnect(self)
  if self.service == "" and not self.busy and self.broker:reopen() then register(self) end
end

-- However the work ended. Without a reply it failed, and the broker is to give it to another.
local function finish(self, session, replied)
  self.busy, self.silent = false, 0
  if session == self.session and not replied then
    send(self, "disconnect")
    register(self)
  end
  self:wake "idle"
end

local function handle(self, session, client, ...)
  local replied = false
  local _ <close> = reply_later(function() finish(self, session, replied) end)
  local reply = table.pack(self:work(...))
  if reply.n == 0 then reply = table.pack(...) end
  assert(reply.n <= mdp.MAX_FRAMES, "a reply of too many frames")
  if session ~= self.session then return end -- the request has gone to another worker
  send(self, "final", client, "", table.unpack(reply, 1, reply.n))
  replied = true
end

--- The reply to a request. An error, or nil, is a failure, and the broker tries another worker.
function worker.work(self, ...) return self:emit(...) end

local commands = { heartbeat = function() end } -- by what the broker says

function commands.request(self, ...)
  if self.busy then return reject(self, "request while busy") end
  self.busy = true
  self:spawn(handle, self.session, ...)
end

function commands.disconnect(self)
  tell(self, self.warn, "the broker sent DISCONNECT")
  unregister(self)
end

local function from_broker(self, command, ...)
  if not command then return reject(self, (...)) end
  commands[command](self, ...)
end

function worker.init(self) register(self) end

function worker.on.broker(self, ...)
  self.silent = 0
  from_broker(self, mdp.worker_from_broker(...))
end

-- The broker knows nothing of the connection that ZeroMQ makes next: it needs a READY.
function worker.on.monitor(self, event)
  if event ~= "disconnected" or self.service == "" then return end
  tell(self, self.log, "the connection to the broker is closed")
  unregister(self)
  self:spawn(function()
    self:sleep(RECONNECT)
    reconnect(self)
  end)
end

-- A busy worker does not judge the broker: not every broker sends it heartbeats then.
function worker.on.beat(self)
  if self.service == "" then return reconnect(self) end
  if self.service ~= self.options.service and not self.busy then -- the option was set
    send(self, "disconnect")
    return unregister(self)
  end
  if not self.busy then self.silent = self.silent + 1 end
  if self.silent > self.options.liveness then
    tell(self, self.warn, "the broker is silent")
    self:note("lost", { reason = "silent", silent = self.silent })
    return unregister(self)
  end
  send(self, "heartbeat")
end

--- Finishes its request, if a heartbeat is enough time for that.
function worker.stop(self)
  if self.busy then self:wait("idle", self.options.heartbeat) end
  if self.service == "" then return end
  self.session = self.session + 1
  send(self, "disconnect")
end

--- A role of its own: `return worker.serve("upper", function(self, text) return text:upper() end)`.
--- `more` adds to it as a role has it: { state = ..., parts = ... }.
function worker.serve(service, work, more)
  return serve(extend_role(worker, { options = { service = service } }), work, more)
end

return worker
