--- The lazy pirate among faults.
local sloop = require "sloop"

describe("the lazy pirate", function()
  it("keeps its promise under every fault of its topology", function()
    local result = assert(sloop.sim("patterns/lazy_pirate/topology.lua", { seeds = 12 }))
    assert.is_nil(result.failure)
    assert.equal(12, result.seeds)
  end)

  it("survives a server that dies between two requests", function()
    local result = assert(sloop.sim({
      nodes = {
        server = { "lazy_pirate/server" },
        client = { "lazy_pirate/client", requests = 20, timeout = 500, retries = 10 },
      },
      duration = 10000, quiet = 1000,
      schedule = {
        { kind = "crash", time = 700, duration = 900, node = 2 },
        { kind = "crash", time = 3000, duration = 1700, node = 2, silent = true },
      },
    }, { seed = 1 }))
    local replies, crashes = 0, 0
    for _, event in ipairs(result.history) do
      if event.kind == "reply" then replies = replies + 1 end
      if event.kind == "crash" then crashes = crashes + 1 end
    end
    assert.is_nil(result.failure)
    assert.same({ 20, 2, 0 }, { replies, crashes, result.statuses[1] })
  end)

  it("reports a server that stays away", function()
    local result = assert(sloop.sim({
      nodes = { client = { "lazy_pirate/client", timeout = 500, retries = 4 } }, faults = {},
    }, { seed = 3 }))
    assert.same({ "done", 1 }, { result.ended, result.statuses[1] })
    local last
    for _, event in ipairs(result.history) do
      if event.kind == "gave_up" then last = event end
    end
    assert.is_true(last.time > 2000 and last.time < 2200)
  end)
end)
