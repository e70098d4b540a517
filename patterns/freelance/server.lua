--- Freelance server of any model: 1 echoes, 2 answers numbered requests, 3 speaks FLP (RFC 10).
-- What it does is its owner's `on.<part>`, or the function given to `serve`.
local answer = require "sloop.answer"
local extend_role = require "sloop.extend_role"
local flp = require "freelance/flp"
local numbered = require "freelance/numbered"
local reject = require "sloop.reject_message"
local serve = require "sloop.serve"

---@type sloop.Role
local server = {
  options = {
    model = 1,
    endpoint = "tcp://localhost:5555", -- what clients connect to; in model 3 also its routing id
    work = 0,                          -- ms it works for an answer
  },
  limits = { model = { 1, 2, 3 }, endpoint = { min = 1, max = 255 }, work = { min = 0 } },
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
  local bind = options.endpoint:gsub("^tcp://[^:]+", "tcp://*")
  local id = options.model == 3 and options.endpoint or nil
  return { clients = extend_role(SOCKETS[options.model], { bind = bind, routing_id = id }) }
end

--- The reply's frames.
function server.work(self, ...)
  self:sleep(self.options.work)
  return self:emit(...)
end

local function from_numbered(self, number, ...)
  if number then return numbered.to_client(number, self:work(...)) end
  reject(self, (...))
  return "" -- a REP has to answer
end

local function from_flp(self, client, kind, control, ...)
  if not kind then return reject(self, control) end -- the reason
  if kind == flp.PING then return self.clients:send(flp.to_client(client, flp.PONG)) end
  self.clients:send(flp.to_client(client, control, flp.OK, self:work(...)))
end

local models = {
  answer,
  function(self, ...) return from_numbered(self, numbered.from_client(...)) end,
  function(self, client, ...) return from_flp(self, client, flp.from_client(...)) end,
}

function server.on.clients(self, ...) return models[self.options.model](self, ...) end

--- A role of its own: `return server.serve(function(self, text) return text:upper() end)`. `more`
--- adds to it as a role has it: { options = { model = 3 } }.
function server.serve(work, more) return serve(server, work, more) end

return server
