--- Binary star's part `pair` with a fake node, for specs: what it hears, says and votes.
--
--   before_each(test.reset)
--   test.start "primary"
--   test.hear "2 0"
local assert = require "luassert"
local helper = require "spec.helper"
local pair = require "binary_star/pair"

local test = {
  node = nil,   -- the fake node, once started
  kept = nil,   -- what its store of terms has
  sync = nil,   -- what that store's sync does
  answer = nil, -- of the last vote, packed; nil while it waits
}

--- A new store.
function test.reset()
  test.kept, test.sync = {}, function() return true end
end

--- Starts it, with the store there is.
function test.start(role, options)
  options = options or {}
  options.role = role
  local terms = {
    get = function(_, key) return test.kept[key] end,
    put = function(_, key, value) test.kept[key] = value end,
    sync = function() return test.sync() end,
  }
  test.node = helper.node(pair, options, { terms = terms })
  pair.init(test.node)
end

function test.hear(...) pair.on.peers(test.node, ...) end
function test.said() return test.node.sent[#test.node.sent][1] end

function test.vote()
  test.answer = nil
  test.node:spawn(function(self) test.answer = table.pack(self:vote()) end)
  return test.answer and test.answer[1]
end

function test.is(phase, term)
  assert.equal(phase, test.node.phase)
  if term then assert.equal(term, test.node.term) end
end

--- Time passes; the timer keeps its hours.
function test.pass(ms)
  for _ = 1, ms // 1000 do
    test.node:advance(1000)
    pair.on.beat(test.node)
  end
  test.node:advance(ms % 1000)
end

--- As the primary, active in term 1; as the backup, passive to it.
function test.settle(role, options)
  test.start(role, options)
  test.hear(role == "primary" and "2 0" or "3 1")
end

return test
