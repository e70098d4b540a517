--- Two senders to one socket, in the simulated world: which message comes first is chance, drawn
-- from the seed; what comes over one connection keeps its order.
local helper = require "spec.helper"
local sloop = require "sloop"

local SEEDS <const> = 50
local ROUNDS <const> = 5

-- Both senders are told to send by one message of a publisher: at one instant over inproc.
local CLOCK <const> = [[
local clock = { sockets = { ticks = { "pub", bind = "inproc://ticks" } } }
function clock.main(self)
  self:sleep(1000)
  for round = 1, ROUNDS do
    self.ticks:send("go", tostring(round))
    self:sleep(10)
  end
end
return clock
]]
local SENDER <const> = [[
local sender = {
  options = { tag = "" }, on = {},
  sockets = {
    ticks = { "sub", connect = "inproc://ticks", subscribe = "" },
    out = { "TYPE", connect = "ENDPOINT" },
  },
}
function sender.on.ticks(self, _, round)
  self.out:send("x" .. self.options.tag, round)
end
return sender
]]
local SINK <const> = [[
local sink = { sockets = { all = { "TYPE", bind = "ENDPOINT", SUBSCRIBE } }, on = {} }
function sink.on.all(self, ...)
  local frames = { ... }
  self:note("got", { tag = frames[#frames - 1], round = frames[#frames] })
end
return sink
]]

local function topology(sends, receives, endpoint)
  local folder = helper.folder()
  local function file(name, text, kind)
    local subscribe = kind == "sub" and "subscribe = ''" or ""
    local made = text:gsub("%u%u%u%u+", {
      TYPE = kind, ENDPOINT = endpoint, SUBSCRIBE = subscribe, ROUNDS = tostring(ROUNDS),
    })
    return helper.write(("%s/%s.lua"):format(folder, name), made)
  end
  local sender = file("sender", SENDER, sends)
  return { nodes = {
    clock = { file("clock", CLOCK) }, sink = { file("sink", SINK, receives) },
    b = { sender, tag = "b" }, c = { sender, tag = "c" },
  }, faults = {}, duration = 2000, quiet = 0 }
end

-- The rounds of each sender, in the order they came; and in how many rounds b was first.
local function outcome(result)
  local rounds, first = { xb = {}, xc = {} }, {}
  for _, event in ipairs(result.history) do
    if event.kind == "got" then
      table.insert(rounds[event.tag], event.round)
      first[event.round] = first[event.round] or event.tag
    end
  end
  local b_first = 0
  for _, tag in pairs(first) do b_first = b_first + (tag == "xb" and 1 or 0) end
  return table.concat(rounds.xb, " "), table.concat(rounds.xc, " "), b_first
end

describe("the order of two senders", function()
  after_each(helper.cleanup)

  for _, transport in ipairs { "tcp://127.0.0.1:5555", "inproc://sink" } do
    for _, pair in ipairs { { "push", "pull" }, { "dealer", "router" }, { "pub", "sub" } } do
      local sends, receives = pair[1], pair[2]
      it(("to a %s over %s is drawn"):format(receives, transport:match "^%a+"), function()
        local made = topology(sends, receives, transport)
        local b_first, all, mixed = 0, 0, 0
        for seed = 1, SEEDS do
          local b, c, count = outcome(sloop.sim(made, { seed = seed }))
          assert.equal("1 2 3 4 5", b)
          assert.equal("1 2 3 4 5", c)
          b_first, all = b_first + count, all + ROUNDS
          if count > 0 and count < ROUNDS then mixed = mixed + 1 end
        end
        assert.is_true(b_first > all / 10 and b_first < all * 9 / 10, b_first .. " of " .. all)
        assert.is_true(mixed > SEEDS / 2, mixed .. " of " .. SEEDS .. " runs had both orders")
      end)
    end
  end

  it("is the same by the same seed", function()
    local made = topology("push", "pull", "inproc://sink")
    for seed = 1, 10 do
      local first = sloop.sim(made, { seed = seed })
      local again = sloop.sim(made, { seed = seed })
      assert.equal(first.hash, again.hash)
      assert.same({ outcome(first) }, { outcome(again) })
    end
  end)
end)
