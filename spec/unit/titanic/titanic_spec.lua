--- Titanic's roles with a fake node: the store's entries, dead letters, retention, limits; and what
-- a call of its client remembers.
local client = require "titanic/client"
local helper = require "spec.helper"
local queue = require "sloop.queue"
local sloop = require "sloop"
local titanic = require "titanic/titanic"
local tsp = require "titanic/tsp"

describe("a titanic without a broker", function()
  it("says so once for all its workers", function()
    local run = sloop.sim({
      nodes = { titanic = { "titanic/titanic" } }, faults = {}, duration = 10000, quiet = 2000,
    }, { seed = 1 })
    local told = 0
    for _, event in ipairs(run.history) do
      if event.kind == "log" and event.text:find "the broker is silent" then told = told + 1 end
    end
    assert.equal(1, told)
  end)
end)

describe("a titanic", function()
  local node, answers, present

  -- Services answer with what `answers` has for them; mmi.service by `present`.
  local function start(options)
    local outward = { request = function(_, service, ...)
      node:sleep(1)
      local answer = answers[service]
      if answer == nil then return ... end
      return answer and table.unpack(answer)
    end }
    local lookup = { request = function(_, _, service)
      node:sleep(1)
      return present[service] == false and "404" or "200"
    end }
    node = helper.node(titanic, options, { outward = outward, lookup = lookup })
    answers, present = {}, {}
    titanic.init(node)
    return node
  end

  local function request(...)
    node:spawn(titanic.on.request, ...)
    assert.equal("200", node.results[1], node.results[2])
    return node.results[2]
  end

  local function reply(uuid) return titanic.on.reply(node, uuid) end

  local function keys()
    local list = {}
    for key in node.store:each() do table.insert(list, (key:gsub("%x%x%x%x%x%x%x+", "ID"))) end
    return table.concat(list, " ")
  end

  it("syncs before it acknowledges, and has the reply when it is there", function()
    start()
    local uuid = request("echo", "a", "b")
    assert.equal(1, node.store.synced)
    assert.equal("counts live:ID", keys())
    assert.equal("300", reply(uuid))
    node:advance(10)
    assert.same({ "200", "a", "b" }, { reply(uuid) })
    assert.same({ "200", "a", "b" }, { reply(uuid:lower()) })
    assert.equal("counts done:ID", keys())
    node:spawn(titanic.on.close, uuid)
    assert.equal("400", (reply(uuid)))
    assert.equal("counts", keys())
    assert.same({ number = 1, requests = 0, bytes = 0 }, node.store:get "counts")
  end)

  it("takes up what was live, in the order of arrival", function()
    start()
    present.echo = false
    local uuids = {}
    for i = 1, 20 do uuids[i] = request("echo", tostring(i)) end
    local disk = node.store.values
    start()
    node.store.values = disk
    titanic.init(node)
    assert.equal(20, node.live_count)
    local order = {}
    for i = 1, 20 do order[i] = queue.pop(node.services.echo.waiting) end
    for i = 1, 20 do assert.equal(i, order[i] or i) end
    assert.equal("300", reply(uuids[20]))
    node:advance(100)
  end)

  it("asks mmi.service, and leaves a service alone that has no workers", function()
    start { pause = 1000, max_pause = 4000 }
    present.echo = false
    local uuid = request("echo", "x")
    node:advance(50)
    assert.equal(1, node.services.echo.failures)
    present.echo = true
    node:advance(100)
    titanic.on.tick(node)
    node:advance(10)
    assert.equal("200", (reply(uuid)))
    assert.is_nil(node.services.echo)
  end)

  it("makes a request without replies a dead letter, which can be read and requeued", function()
    start { max_tries = 2, pause = 10, max_pause = 10 }
    answers.bad = false
    local uuid = request("bad", "poison")
    for _ = 1, 10 do
      node:advance(20)
      titanic.on.tick(node)
    end
    assert.same({ "500", "no reply in 2 tries" }, { reply(uuid) })
    assert.same({ "200", uuid, "bad", "no reply in 2 tries" }, { titanic.on.dead(node, "list") })
    assert.same({ "200" }, { titanic.on.dead(node, "list", uuid) })
    assert.same({ "200", "bad", "poison" }, { titanic.on.dead(node, "get", uuid) })
    answers.bad = { "well" }
    node:spawn(titanic.on.dead, "requeue", uuid)
    assert.same({ "200", n = 1 }, node.results)
    assert.equal("300", reply(uuid))
    for _ = 1, 5 do
      node:advance(20)
      titanic.on.tick(node)
    end
    assert.same({ "200", "well" }, { reply(uuid) })
  end)

  it("does not count a try when the service was not there", function()
    start { max_tries = 1, pause = 10, max_pause = 10 }
    answers.bad = false
    local uuid = request("bad", "x")
    node:advance(1) -- it is there
    present.bad = false
    node:advance(5)
    assert.equal("300", reply(uuid))
    assert.equal(0, node.live[1].tries)
  end)

  it("forgets a live request that is closed, whatever comes of it", function()
    start()
    local uuid = request("echo", "x")
    node:spawn(titanic.on.close, uuid)
    node:advance(100)
    assert.equal("400", (reply(uuid)))
    assert.equal("counts", keys())
    assert.same({}, node.services)
  end)

  it("keeps a reply as long as its retention says", function()
    start { retention = 10000 }
    local uuid = request("echo", "x")
    node:advance(100)
    node.clock = 9000
    for _ = 1, 256 do titanic.on.sweep(node) end
    assert.equal("200", (reply(uuid)))
    node.clock = 11000
    for _ = 1, 256 do node:spawn(titanic.on.sweep) end
    assert.equal("400", (reply(uuid)))
    assert.equal("counts", keys())
  end)

  it("ends when a sync fails, and acknowledges nothing", function()
    start()
    node.store.sync = function() return nil, "disk I/O error" end
    node:spawn(titanic.on.request, "echo", "x")
    assert.same({ "500", "disk I/O error", n = 2 }, node.results)
    assert.same({ nil, "the store failed: disk I/O error" }, node.stopped)
  end)

  it("takes what is a request for a service that is not its own", function()
    assert.equal(5, (tsp.check_request("echo", "x")))
    for _, case in ipairs { {}, { "echo" }, { "", "x" }, { ("s"):rep(256), "x" },
                            { "titanic.reply", "x" }, { "mmi.service", "x" } } do
      local bytes, reason = tsp.check_request(table.unpack(case))
      assert.is_nil(bytes)
      assert.is_string(reason)
    end
  end)
end)

describe("a titanic's client", function()
  local node, asked

  local function start(replies)
    asked = {}
    local mdp = { request = function(_, service)
      node:sleep(1)
      table.insert(asked, service)
      local reply = table.remove(replies, 1)
      if reply then return table.unpack(reply) end
    end }
    node = helper.node(client, { interval = 10 }, { mdp = mdp })
  end

  local UUID <const> = ("0A"):rep(16)

  it("remembers the uuid before it asks for the reply, and the reply before it closes", function()
    start { false, { "200", UUID }, false, { "300" }, { "200", "one", "two" }, { "200" } }
    node:spawn(client.call, "invoice 1", "risk", "x")
    node:advance(15)
    assert.same({ uuid = UUID }, node.calls:get "invoice 1")
    node:advance(100)
    assert.same({ "one", "two", n = 2 }, node.results)
    assert.same({ reply = { "one", "two" } }, node.calls:get "invoice 1")
    assert.same({ "titanic.request", "titanic.request", "titanic.reply", "titanic.reply",
                  "titanic.reply", "titanic.close" }, asked)
    node:spawn(client.call, "invoice 1", "risk", "x")
    assert.same({ "one", "two", n = 2 }, node.results) -- again, and nobody is asked
    assert.equal(6, #asked)
    node:spawn(client.forget, "invoice 1")
    assert.is_nil(node.calls:get "invoice 1")
  end)

  it("goes on with the uuid that it remembers", function()
    start { { "200", "late" }, { "200" } }
    node.calls:put("invoice 2", { uuid = UUID })
    node:spawn(client.call, "invoice 2", "risk", "x")
    node:advance(10)
    assert.same({ "late", n = 1 }, node.results)
    assert.same({ "titanic.reply", "titanic.close" }, asked)
  end)

  it("says what became of a call that has no reply", function()
    local function ends(wanted, ...)
      start { ... }
      node:spawn(client.call, "x", "risk", "x")
      node:advance(10)
      assert.same(wanted, { table.unpack(node.results, 1, 3) })
    end
    ends({ nil, "too many requests", "refused" }, { "500", "too many requests" })
    ends({ nil, "malformed request", "malformed" }, { "400", "malformed request" })
    ends({ nil, "no reply in 5 tries", "dead" }, { "200", UUID }, { "500", "no reply in 5 tries" })
    ends({ nil, "400", "unknown" }, { "200", UUID }, { "400" })
  end)
end)
