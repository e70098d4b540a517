--- Request and reply among faults.
local sloop = require "sloop"

describe("request and reply", function()
  it("goes on as long as nobody dies", function()
    local result = assert(sloop.sim("patterns/request_reply/topology.lua", { seeds = 20 }))
    assert.is_nil(result.failure)
  end)

  -- A server that stands still for longer than ZeroMQ's heartbeats allow by default, 15 s.
  local function suspended(patience)
    return assert(sloop.sim({
      nodes = {
        server = {
          "request_reply/server", work = 1000, clients = { heartbeat_timeout = patience },
        },
        client = {
          "request_reply/client", requests = 3, server = { heartbeat_timeout = patience },
        },
      },
      duration = 60000, quiet = 1000,
      schedule = { { kind = "pause", time = 1500, duration = 25000, node = 2 } },
    }, { seed = 1 }))
  end

  it("loses a request with a connection that ZeroMQ's heartbeats close, as it says", function()
    local result = suspended(nil)
    assert.same({ "time", false }, { result.ended, result.statuses[1] })
  end)

  it("has its answer when those are told to be patient", function()
    local result = suspended(120000)
    assert.same({ "done", 0 }, { result.ended, result.statuses[1] })
  end)

  it("keeps its promise with seeds whose suspensions overlap", function()
    for file, seed in pairs {
      ["request_reply/topology.lua"] = 104004, ["extended_request_reply/topology.lua"] = 400062,
    } do
      assert.is_nil(assert(sloop.sim("patterns/" .. file, { seed = seed })).failure)
    end
  end)

  it("waits for ever when the server dies with the request, as it says", function()
    local result = assert(sloop.sim({
      nodes = {
        server = { "request_reply/server", work = 1000 },
        client = { "request_reply/client", requests = 1 },
      },
      duration = 3000, quiet = 3000,
      schedule = { { kind = "crash", time = 500, duration = 500, node = 2 } },
    }, { seed = 1 }))
    assert.same({ "time", false }, { result.ended, result.statuses[1] })
  end)
end)
