--- Specs: the majordomo broker under faults.
local broker = require "majordomo/broker"
local queue = require "sloop.queue"
local talk = require "spec.unit.majordomo.talk"

local from = talk.from
local ready = talk.ready
local ask = talk.ask
local reply = talk.reply
local beat = talk.beat
local sent = talk.sent
local work = talk.work
local answer = talk.answer
local gone = talk.gone
local kinds = talk.kinds
local unreachable = talk.unreachable

describe("the majordomo broker under faults", function()
  local node
  local function setup(options) node = talk.start(options) end
  before_each(function() setup() end)

  describe("when workers die", function()
    it("gives the request to another worker, before those that came later", function()
      ready("w", "echo")
      ask("c", "echo", "1")
      ask("c", "echo", "2")
      from("w", "", "MDPW01", "\5")
      sent()
      ready("v", "echo")
      assert.same({ work("v", "c", "1") }, sent())
      assert.same({ "requeued" }, kinds())
    end)

    it("does so up to --retries times, then notes that it gave up", function()
      setup { retries = 2 }
      ask("c", "echo", "poison")
      for i = 1, 3 do
        assert.equal(i - 1, #node.notes)
        ready("w" .. i, "echo")
        from("w" .. i, "", "MDPW01", "\5")
      end
      assert.same({ "requeued", "requeued", "gave_up" }, kinds())
      assert.same({ services = {}, names = 0, bytes = 0 }, node.requests)
    end)

    it("logs what it gave up once a beat", function()
      setup { retries = 0 }
      for i = 1, 3 do
        ready("w" .. i, "service" .. i)
        ask("c", "service" .. i, "poison")
        from("w" .. i, "", "MDPW01", "\5")
      end
      assert.same({}, node.logged)
      beat(2)
      assert.same({ "requests given up: 3, the last for service service3" }, node.logged)
      assert.same({ services = {}, names = 0, bytes = 0 }, node.requests)
    end)

    it("buries a silent worker, busy or idle, after liveness beats and one", function()
      ready("idle", "echo")
      ready("busy", "other")
      ask("c", "other", "x")
      beat(3)
      assert.is_truthy(node.workers.idle and node.workers.busy)
      sent()
      beat()
      assert.same({}, node.workers)
      local last = sent()
      table.sort(last, function(a, b) return a[1] < b[1] end)
      assert.same({ gone "busy", gone "idle" }, last)
      assert.equal("0 1 other\n", select(6, table.unpack((function()
        ask("c", "mmi.services", "")
        return sent()[1]
      end)())))
    end)

    it("counts anything a worker says as a sign of life", function()
      ready("w", "echo")
      beat(3)
      from("w", "", "MDPW01", "\4")
      beat(3)
      assert.is_truthy(node.workers.w)
    end)

    it("does not judge by the clock: a broker that stood still counts one beat", function()
      ready("w", "echo")
      node:advance(3600000)
      beat()
      assert.is_truthy(node.workers.w)
    end)

    it("notices at once that a worker's connection is gone, and asks the next", function()
      ready("w", "echo")
      ready("v", "echo")
      unreachable "w"
      ask("c", "echo", "x")
      assert.same({ work("v", "c", "x") }, sent())
      assert.is_nil(node.workers.w)
      assert.same({}, node.notes)
    end)

    local function closed(count) -- so many connections were closed
      for _ = 1, count or 1 do node:spawn(broker.on.monitor, "disconnected") end
      node:advance(10)
    end

    it("notices soon after a busy worker's connection was closed, without a beat", function()
      ready("w", "echo")
      ready("v", "echo")
      ask("c", "echo", "x")
      unreachable "w"
      sent()
      closed()
      assert.same({ { "v", "", "MDPW01", "\4" }, work("v", "c", "x") }, sent())
      assert.is_nil(node.workers.w)
      assert.equal(0, node.closed)
    end)

    it("looks once for many connections that close together, and counts no beat", function()
      ready("w", "echo")
      sent()
      for _ = 1, 100 do closed(100) end
      node:advance(10)
      assert.is_true(#sent() <= 101)
      assert.is_truthy(node.workers.w)
      closed()
      node:spawn(broker.on.monitor, "accepted")
      node:advance(10)
      assert.equal(1, #sent())
    end)

    it("notices with the next beat that a busy worker's connection is gone", function()
      ready("w", "echo")
      ready("v", "echo")
      ask("c", "echo", "x")
      unreachable "w"
      sent()
      beat()
      assert.same({ { "v", "", "MDPW01", "\4" }, work("v", "c", "x") }, sent())
    end)

    it("gives nothing taken back to another that is found dead in the same beat", function()
      setup { retries = 1 }
      for i = 1, 5 do ready("w" .. i, "echo") end
      ask("c", "echo", "x")
      sent()
      unreachable("w1", "w2", "w3", "w4", "w5")
      beat()
      assert.same({}, node.workers)
      assert.same({ "requeued" }, kinds())
    end)

    it("ignores the reply of one it has buried, and tells it so", function()
      ready("w", "echo")
      ask("c", "echo", "x")
      beat(4)
      ready("v", "echo")
      sent()
      reply("w", "c", "late")
      assert.same({ gone "w" }, sent())
      reply("v", "c", "good")
      assert.same({ answer("c", "echo", "good") }, sent())
    end)
  end)

  describe("when peers misbehave", function()
    it("sends an unknown worker away", function()
      from("w", "", "MDPW01", "\4")
      reply("w", "c", "x")
      from("w", "MDPW02", "\5")
      assert.same({ gone "w", gone "w", { "w", "MDPW02", "\6" } }, sent())
    end)

    it("takes no notice when an unknown worker leaves", function()
      from("w", "", "MDPW01", "\5")
      assert.same({}, sent())
      assert.same({}, node.notes)
    end)

    it("sends a worker away that is READY twice, and gives its request to another", function()
      ready("w", "echo")
      ask("c", "echo", "x")
      ready("v", "echo")
      sent()
      ready("w", "other")
      assert.same({ work("v", "c", "x"), gone "w" }, sent())
    end)

    it("sends a worker away that answers what it was not asked", function()
      ready("w", "echo")
      reply("w", "c", "x")
      assert.same({ gone "w" }, sent())
      ready("w", "echo")
      ask("c", "echo", "x")
      sent()
      reply("w", "stranger", "x")
      assert.same({ gone "w" }, sent())
    end)

    it("sends a worker away that talks nonsense, with or without a header", function()
      for _, frames in ipairs { { "garbage" }, { "", "MDPW01", "\9" }, { "", "MDPC01" } } do
        ready("w", "echo")
        from("w", table.unpack(frames))
        assert.same({ gone "w" }, sent())
        assert.same({}, node.workers)
      end
    end)

    it("answers nonsense of others only if it came as a worker's", function()
      from "x"
      from("x", "garbage")
      from("x", "", "MDPC01", "echo")
      assert.same({}, sent())
      from("x", "", "MDPW01", "\9", "y")
      assert.same({ gone "x" }, sent())
    end)

    it("counts and notes each, and logs each kind once", function()
      for _ = 1, 3 do from("x", "garbage") end
      from("x", "", "MDPC01")
      assert.same({ ["not MDP"] = 3, ["malformed request"] = 1 }, node.rejects)
      assert.equal(2, #node.logged)
      assert.equal(4, #node.notes)
    end)

    it("does not mind a client that is gone", function()
      ready("w", "echo")
      ask("c", "echo", "x")
      unreachable "c"
      reply("w", "c", "y")
      assert.equal(1, node.rejects["client is unreachable"])
      assert.is_falsy(node.workers.w.request)
      ask("c", "mmi.service", "echo")
    end)

    it("tells why a message could not be sent", function()
      ready("w", "echo")
      ask("c", "echo", "x")
      node.router.refuse = "full"
      reply("w", "c", "y")
      assert.same({ ["client is full"] = 1 }, node.rejects)
      assert.equal("rejected: client is full (from now on only counted)", node.logged[1])
    end)

    it("raises for no frames whatever", function()
      setup { max_services = 3, max_queue = 3, max_bytes = 5000, retries = 1 }
      local frames = { "", "MDPC01", "MDPC02", "MDPW01", "MDPW02", "\1", "\2", "\3", "\4", "\5",
        "\6", "echo", "mmi.service", "a", "b", ("x"):rep(500) }
      local starts = { { "", "MDPC01" }, { "MDPC02", "\1" }, { "", "MDPW01", "\1", "echo" },
        { "", "MDPW01" }, { "MDPW02" }, { "", "MDPW01", "\3", "a", "" },
        { "MDPW02", "\3", "a", "" }, { "MDPW02", "\4", "b", "" }, {} }
      for i = 1, 20000 do
        local message = table.move(starts[math.random(#starts)], 1, 5, 1, {})
        for _ = 1, math.random(0, 3) do message[#message + 1] = frames[math.random(#frames)] end
        from(({ "a", "b", "c", "d" })[math.random(4)], table.unpack(message))
        if i % 50 == 0 then beat() end
        if i % 1000 == 0 then sent() end
      end
      assert.is_true(node.requests.names <= 3)
      assert.is_true(node.requests.bytes <= 5000 and node.requests.bytes >= 0)
    end)
  end)

  describe("keeping its limits", function()
    it("refuses more than --max_queue requests for a service", function()
      setup { max_queue = 2 }
      for i = 1, 3 do ask("c", "echo", tostring(i)) end
      assert.equal(2, queue.size(node.requests.services.echo.waiting))
      assert.same({ "dropped" }, kinds())
      ask("c", "other", "1")
      assert.same({ "dropped" }, kinds())
    end)

    it("queues as many requests for a service as --max_bytes allows, by default", function()
      for i = 1, 100000 do ask("c", "echo", tostring(i)) end
      assert.equal(100000, queue.size(node.requests.services.echo.waiting))
      assert.same({}, kinds())
    end)

    it("refuses more than --max_bytes of requests, whoever holds them", function()
      setup { max_bytes = 2000 }
      ready("w", "echo")
      ask("c", "echo", ("x"):rep(1000))
      ask("c", "echo", ("x"):rep(1000))
      assert.equal(1, node.rejects["too many bytes of requests"])
      reply("w", "c", "y")
      ask("c", "echo", ("x"):rep(1000))
      assert.equal(1, #node.notes)
    end)

    it("leaves half of the bytes to services that have workers", function()
      setup { max_bytes = 4000 }
      ready("w", "served")
      for _ = 1, 4 do ask("c", "asked", ("x"):rep(1000)) end
      assert.equal(1, queue.size(node.requests.services.asked.waiting))
      for _ = 1, 2 do ask("c", "served", ("x"):rep(800)) end
      assert.equal(1, queue.size(node.requests.services.served.waiting))
      ask("c", "served", ("x"):rep(800))
      assert.equal(1, queue.size(node.requests.services.served.waiting))
    end)

    it("counts what empty requests cost, too", function()
      setup { max_bytes = 100000 }
      for _ = 1, 1000 do ask("c", "echo", "") end
      assert.is_true(queue.size(node.requests.services.echo.waiting) < 300)
    end)

    it("refuses more than --max_services, and of names only asked for more than half", function()
      setup { max_services = 4 }
      for i = 1, 4 do ask("c", "asked" .. i, "x") end
      assert.equal(2, node.requests.names)
      for i = 1, 3 do ready("w" .. i, "served" .. i) end
      assert.equal(4, node.requests.names)
      assert.same(gone "w3", node.sent[#node.sent])
    end)

    it("forgets requests that waited longer than --request_expiry, and says so once", function()
      setup { request_expiry = 1000 }
      ask("c", "echo", "1")
      node:advance(500)
      ask("c", "echo", "2")
      ask("c", "other", "3")
      node:advance(500)
      beat()
      assert.same({ { kind = "expired", fields = { service = "echo", count = 1 } } }, talk.notes())
      assert.same({ "requests given up: 1, the last for service echo" }, node.logged)
      node:advance(500)
      beat()
      assert.same({ services = {}, names = 0, bytes = 0 }, node.requests)
      assert.equal(2, #node.logged)
    end)

    it("lets a request that was taken back wait as long again; others expire meanwhile", function()
      setup { request_expiry = 1000 }
      ready("w", "echo")
      ask("c", "echo", "1")
      node:advance(5000)
      ask("c", "echo", "2")
      node:advance(500)
      from("w", "", "MDPW01", "\5")
      beat()
      assert.equal(2, queue.size(node.requests.services.echo.waiting))
      node:advance(500)
      beat()
      sent()
      ready("v", "echo")
      assert.same({ work("v", "c", "1") }, sent())
      assert.equal(0, queue.size(node.requests.services.echo.waiting))
    end)

    it("lets a worker take its time", function()
      setup { request_expiry = 1000 }
      ready("w", "echo")
      ask("c", "echo", "1")
      node:advance(5000)
      beat()
      sent()
      reply("w", "c", "x")
      assert.same({ answer("c", "echo", "x") }, sent())
    end)

    it("does not grow by workers that come and go", function()
      ready("resident", "echo")
      for _ = 1, 1000 do
        ready("w", "echo")
        from("w", "", "MDPW01", "\5")
      end
      assert.equal(1, queue.size(node.requests.services.echo.idle))
    end)
  end)
end)
