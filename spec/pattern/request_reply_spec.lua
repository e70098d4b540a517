--- Request and reply among faults.
local sloop = require "sloop"

describe("request and reply", function()
  it("goes on as long as nobody dies", function()
    local result = assert(sloop.sim("patterns/request_reply/topology.lua", { seeds = 20 }))
    assert.is_nil(result.failure)
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
