--- Worker of a load balancer: says that it is ready, answers, and is ready again with its answer.
-- It does what its owner's `on.<part>` does, or the function that `serve` was given; by itself, or
-- when that returns nothing, it echoes.
local answer = require "sloop.answer"
local defer = require "sloop.reply_later"
local extend = require "sloop.extend_role"
local lb = require "load_balancer/lb"
local reject = require "sloop.reject_message"

local worker = {
  options = {
    work = 0, -- ms it works for an answer
  },
  state = {
    rejects = {}, -- reason -> times
  },
  sockets = { broker = { "req", connect = "tcp://localhost:5556" } },
  on = {},
}

function worker.init(self) self.broker:send(lb.READY) end

--- The reply's frames. An error is answered with one empty frame.
function worker.work(self, ...)
  self:sleep(self.options.work)
  return self:emit(...)
end

local function reply(self, client, ...)
  assert(lb.is_body("", ...), "a reply of too many frames")
  return self.broker:send(client, "", ...)
end

local function serve(self, client, ...)
  if not client then
    reject(self, (...))
    return self.broker:send(lb.READY) -- a REQ that was asked has to say something
  end
  local replied = false
  local _ <close> = defer(function()
    if not replied then self.broker:try_send(client, "", "") end
  end)
  replied = reply(self, client, answer(self, ...))
end

function worker.on.broker(self, ...) serve(self, lb.from_broker(...)) end

--- A role of its own: `return worker.serve(function(self, text) return text:upper() end)`. `more`
--- adds to it as a role has it: { state = ..., parts = ... }.
function worker.serve(work, more) return extend(extend(worker, { work = work }), more or {}) end

return worker
