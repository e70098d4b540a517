--- Binary star server: one of two, of which the active one answers requests; by itself it echoes.
-- It answers what its owner's `on.<part>` returns, or the function that `serve` was given.
local answer = require "sloop.answer"
local extend = require "sloop.extend_role"
local reject = require "sloop.reject_message"

---@type sloop.Role
local server = {
  options = {
    role = "primary", -- or "backup"
    work = 0,         -- ms it works for an answer
  },
  limits = { role = { "primary", "backup" }, work = { min = 0 } },
  state = { rejects = {} }, -- reason -> times
  sockets = function(options)
    local port = options.role == "backup" and 5002 or 5001
    return { clients = { "router", bind = "tcp://*:" .. port, parallel = 100 } }
  end,
  parts = function(options) return { pair = { "binary_star/pair", role = options.role } } end,
  on = {},
}

-- How many frames the addresses take, with the empty one behind them; nil if that is missing.
local function envelope(...)
  for i = 1, select("#", ...) do
    if select(i, ...) == "" then return i end
  end
end

--- The reply to a request's frames; when it returns nothing, these.
function server.work(self, ...)
  if self.options.work > 0 then self:sleep(self.options.work) end
  return self:emit(...)
end

function server.on.clients(self, ...)
  local addresses = envelope(...)
  if not addresses or addresses == select("#", ...) then return reject(self, "no request") end
  local term = self.pair:vote()
  if not term then return end -- the client asks the other one, or again
  local reply = table.pack(answer(self, select(addresses + 1, ...)))
  if not self.pair:holds(term) then return end -- by now the other one may serve
  self:note("answered", { term = term })
  local message = table.move(reply, 1, reply.n, addresses + 1, { ... })
  self.clients:send(table.unpack(message, 1, addresses + reply.n))
end

--- A role of its own: `return server.serve(function(self, text) return text:upper() end)`. `more`
--- adds to it as a role has it: { state = ..., parts = ... }.
function server.serve(work, more)
  return extend(extend(server, { work = work }), more or {})
end

return server
