--- Line to one freelance server (FLP, RFC 10): knows whether it lives, and tells its owner replies.
-- The server's name is this side's choice, so it need not be what the server calls itself, and a
-- request may be sent before the connection is there.
local flp = require "freelance/flp"
local reject = require "sloop.reject_message"

local SERVER <const> = "server"

local line = {
  options = {
    ping = 2000,  -- ms between two PINGs
    liveness = 3, -- PINGs in silence until it is taken for dead
  },
  state = {
    living = false,
    silent = 0,   -- PINGs since it was heard
    rejects = {}, -- reason -> times
  },
  sockets = {
    server = { "router", connect = "tcp://localhost:5555", connect_routing_id = SERVER },
  },
  timers = { ping = "ping" },
  on = {},
}

local function ping(self) self.server:send(SERVER, flp.PING) end

function line.init(self) ping(self) end

--- Sends a request. The reply, if there is one, is emitted: control, status...
function line.ask(self, control, ...) return self.server:send(SERVER, control, ...) end

--- It did not answer: it is no longer relied on, until it is heard again.
function line.doubt(self)
  self.living = false
  ping(self)
end

local function heard(self, kind, ...)
  if not kind then return reject(self, (...)) end
  self.living, self.silent = true, 0
  if kind == "carried" then self:emit(...) end
end

function line.on.server(self, _, ...) heard(self, flp.from_server(...)) end

-- A new connection for one that is dead: the old one may not know it.
function line.on.ping(self)
  self.silent = self.silent + 1
  if self.silent > self.options.liveness then
    self.living = false
    self.server:reopen()
  end
  ping(self)
end

return line
