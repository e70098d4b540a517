--- Worker of a load balancer: says that it is ready, answers, and is ready again with its answer.
-- What it does is its owner's `on.<part>`, or the function given to `serve`; run alone, or when
-- that returns nothing, it echoes.
local answer = require "sloop.answer"
local lb = require "load_balancer/lb"
local reject = require "sloop.reject_message"
local reply_later = require "sloop.reply_later"
local serve = require "sloop.serve"

local READY <const> = { byte = "\1", word = "READY" }

---@type sloop.Role
local worker = {
  options = {
    work = 0,        -- ms it works for an answer
    ready = "byte",  -- how it says that it is ready: the byte 1, or the word READY (lbbroker1)
    routing_id = "", -- a printable one, for the Guide's brokers; "": ZeroMQ makes one up
  },
  limits = { work = { min = 0 }, ready = { "byte", "word" }, routing_id = { max = 255 } },
  state = {
    rejects = {}, -- reason -> times
  },
  sockets = function(options)
    local id = options.routing_id
    return {
      broker = { "req", connect = "tcp://localhost:5556", routing_id = id ~= "" and id or nil },
    }
  end,
  on = {},
}

local function say_ready(self) self.broker:send(READY[self.options.ready]) end

function worker.init(self) say_ready(self) end

--- The reply's frames. An error is answered with one empty frame.
function worker.work(self, ...)
  self:note("begin", { request = (...) })
  self:sleep(self.options.work)
  self:note("done", { request = (...) })
  return self:emit(...)
end

local function reply(self, client, ...)
  assert(lb.is_body("", ...), "a reply of too many frames")
  return self.broker:send(lb.to_broker(client, ...))
end

local function from_broker(self, client, ...)
  if not client then
    reject(self, (...))
    return say_ready(self) -- a REQ that got a message has to send one
  end
  local replied = false
  local _ <close> = reply_later(function()
    if not replied then self.broker:try_send(lb.to_broker(client, "")) end
  end)
  replied = reply(self, client, answer(self, ...))
end

function worker.on.broker(self, ...) from_broker(self, lb.from_broker(...)) end

--- A role of its own: `return worker.serve(function(self, text) return text:upper() end)`. `more`
--- adds to it as a role has it: { state = ..., parts = ... }.
function worker.serve(work, more) return serve(worker, work, more) end

return worker
