--- Connection to one freelance server (FLP, RFC 10): knows whether the server lives, and hands
-- replies to its owner: `on.<part>(owner, control, status...)`, or `(owner, control)` for a request
-- that was lost with the connection. The server's routing id is chosen on this side, so the server
-- may call itself anything, and a request may be sent before the connection is there.
local flp = require "freelance/flp"
local reject = require "sloop.reject_message"

local SERVER <const> = "server" -- routing id

---@type sloop.Role
local connection = {
  options = {
    heartbeat = 2000, -- ms between two PINGs
    liveness = 3,     -- PINGs in silence after which the server is dead
  },
  limits = { heartbeat = { min = 1 }, liveness = { min = 1 } },
  state = {
    living = false,
    silent = 0,   -- PINGs since the server was heard
    asked = {},   -- control -> true: requests that wait for a reply
    rejects = {}, -- reason -> times
  },
  sockets = {
    server = {
      "router", connect = "tcp://localhost:5555", connect_routing_id = SERVER, events = "monitor",
      linger = 0,
    },
  },
  timers = { beat = "heartbeat" },
  on = {},
}

local function send(self, ...) return self.server:send(flp.to_server(SERVER, ...)) end

function connection.init(self) send(self, flp.PING) end

--- Sends a request. Call `forget` when it is over.
function connection.ask(self, control, ...)
  self.asked[control] = true
  return send(self, control, ...)
end

function connection.forget(self, control) self.asked[control] = nil end

--- The server did not answer: it is not asked again until it is heard.
function connection.doubt(self)
  self.living = false
  send(self, flp.PING)
end

local function from_server(self, kind, ...)
  if not kind then return reject(self, (...)) end
  self.living, self.silent = true, 0
  if kind == "reply" then self:emit(...) end
end

function connection.on.server(self, _, ...) from_server(self, flp.from_server(...)) end

function connection.on.monitor(self, event)
  if event == "handshake_succeeded" then send(self, flp.PING) end
  if event ~= "disconnected" then return end
  self.living = false
  for control in pairs(self.asked) do self:emit(control) end
end

-- A new connection for one that is dead: it may not know it.
function connection.on.beat(self)
  self.silent = self.silent + 1
  if self.silent > self.options.liveness then
    self.living = false
    self.server:reopen()
  end
  send(self, flp.PING)
end

return connection
