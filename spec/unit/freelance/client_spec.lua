--- Specs: the freelance client.
local client = require "freelance/client"
local helper = require "spec.helper"

describe("the freelance client", function()
  local node, asked, answers
  local function start(options)
    asked = {}
    local pool = {
      request = function(_, ...)
        table.insert(asked, { ... })
        return table.unpack(answers)
      end,
    }
    node = helper.node(client, options, { pool = pool })
    node:spawn(client.main)
  end

  it("has the strategy for a part, and passes on what that must know", function()
    for _, strategy in ipairs { "sequential", "shotgun", "complex" } do
      local options = { strategy = strategy, servers = { "A" }, timeout = 7 }
      assert.same({ "freelance/" .. strategy, servers = { "A" }, timeout = 7 },
        client.parts(options).pool)
    end
  end)

  it("knows no other strategy", function()
    local status, _, said = helper.run { "run", "freelance/client", "--strategy=flp" }
    assert.equal(2, status)
    assert.matches("must be 'sequential', 'shotgun' or 'complex', not 'flp'", said)
  end)

  it("asks again and again, and tells its story", function()
    answers = { "OK" }
    start { requests = 2, interval = 10 }
    assert.same({ { "1" } }, asked)
    node:advance(10)
    assert.same({ { "1" }, { "2" } }, asked)
    node:advance(10)
    assert.same({ n = 0 }, node.results)
    assert.same({ "request 1: OK after 0 ms", "request 2: OK after 0 ms" }, node.logged)
    assert.same({ kind = "request", fields = { id = 1 } }, node.notes[1])
    assert.same({ kind = "reply", fields = { id = 1, got = "OK" } }, node.notes[2])
    answers = { "OK", "1" }
    start { requests = 1 }
    assert.same({ kind = "reply", fields = { id = 1, got = "1" } }, node.notes[2])
  end)

  it("fails when no server answers", function()
    answers = { nil, "offline" }
    start { requests = 2 }
    assert.same({ nil, "request 1: all servers are offline", n = 2 }, node.results)
    assert.equal("gave_up", node.notes[2].kind)
  end)

  it("blames the caller's line for what is no frame", function()
    start { requests = -1 }
    local _, reason = pcall(function() node:request(42) end)
    assert.matches("client_spec.lua:%d+: bad argument #1 to 'request' %(string expected", reason)
    assert.same({}, asked)
  end)

  it("makes no requests of its own when they are negative; others may", function()
    answers = { "OK", "x" }
    start { requests = -1 }
    assert.same({}, asked)
    assert.same({ "OK", "x" }, { client.request(node, "a", "b") })
    assert.same({ { "a", "b" } }, asked)
  end)
end)
