--- Freelance server of any model: 1 echoes, 2 answers numbered requests, 3 speaks FLP (RFC 10).
-- It does what its owner's `on.<part>` does, or the function that `serve` was given.
local extend = require "sloop.extend_role"
local flp = require "freelance/flp"
local reject = require "sloop.reject_message"

local server = {
  options = {
    model = 1,
    endpoint = "tcp://localhost:5555", -- what clients connect to; in model 3 it is also its name
    work = 0,                          -- ms it works for an answer
  },
  state = {
    rejects = {}, -- reason -> times
  },
  on = {},
}

local SOCKETS <const> = {
  { "rep" },
  { "rep" },
  { "router", parallel = 100 }, -- a PING is answered while requests are worked on
}

function server.sockets(options)
  local socket = SOCKETS[options.model] or error("the model is 1, 2 or 3", 0)
  local bind = options.endpoint:gsub("^tcp://[^:]+", "tcp://*")
  local name = options.model == 3 and options.endpoint or nil
  return { clients = extend(socket, { bind = bind, routing_id = name }) }
end

--- The reply's frames.
function server.work(self, ...)
  self:sleep(self.options.work)
  return self:emit(...)
end

local models = {
  require "sloop.answer",
  function(self, number, ...)
    if flp.is_shot(number, ...) then return number, flp.OK, self:work(...) end
    reject(self, "malformed request")
    return "" -- a REP that was asked has to say something
  end,
  function(self, client, ...)
    local kind, reason = flp.from_client(...)
    if not kind then return reject(self, reason) end
    if kind == flp.PING then return self.clients:send(client, flp.PONG) end
    self.clients:send(client, (...), flp.OK, self:work(select(2, ...)))
  end,
}

function server.on.clients(self, ...) return models[self.options.model](self, ...) end

--- A role of its own: `return server.serve(function(self, text) return text:upper() end)`. `more`
--- adds to it as a role has it: { options = { model = 3 } }.
function server.serve(work, more) return extend(extend(server, { work = work }), more or {}) end

return server
