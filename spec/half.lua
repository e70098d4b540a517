--- One of a binary star's pair in hand, for specs: what it hears, says and votes, with a fake node.
--
--   before_each(half.reset)
--   half.start "primary"
--   half.hear "2 0"
local assert = require "luassert"
local helper = require "spec.helper"
local pair = require "binary_star/pair"

local half = {
  node = nil,   -- the fake node, once started
  kept = nil,   -- what its store of terms has
  sync = nil,   -- what that store's sync does
  answer = nil, -- of the last vote, packed; nil while it waits
}

--- A new store.
function half.reset()
  half.kept, half.sync = {}, function() return true end
end

--- Starts it, with the store there is.
function half.start(role, options)
  options = options or {}
  options.role = role
  local terms = {
    get = function(_, key) return half.kept[key] end,
    put = function(_, key, value) half.kept[key] = value end,
    sync = function() return half.sync() end,
  }
  half.node = helper.node(pair, options, { terms = terms })
  pair.init(half.node)
end

function half.hear(...) pair.on.peers(half.node, ...) end
function half.said() return half.node.sent[#half.node.sent][1] end

function half.vote()
  half.answer = nil
  half.node:spawn(function(self) half.answer = table.pack(self:vote()) end)
  return half.answer and half.answer[1]
end

function half.is(phase, term)
  assert.equal(phase, half.node.phase)
  if term then assert.equal(term, half.node.term) end
end

--- Time passes; the timer keeps its hours.
function half.pass(ms)
  for _ = 1, ms // 1000 do
    half.node:advance(1000)
    pair.on.beat(half.node)
  end
  half.node:advance(ms % 1000)
end

--- As the primary, active in term 1; as the backup, passive to it.
function half.settle(role, options)
  half.start(role, options)
  half.hear(role == "primary" and "2 0" or "3 1")
end

return half
