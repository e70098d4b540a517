--- Specs: the majordomo broker.
local helper = require "spec.helper"
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

describe("the majordomo broker", function()
  local node
  local function setup(options) node = talk.start(options) end
  before_each(function() setup() end)

  describe("with requests and workers", function()
    it("queues a request until its worker is ready", function()
      ask("c", "echo", "hi")
      assert.same({}, sent())
      ready("w", "echo")
      assert.same({ work("w", "c", "hi") }, sent())
    end)

    it("hands the reply to the client, and the next request to the worker", function()
      ready("w", "echo")
      ask("c1", "echo", "1")
      ask("c2", "echo", "2")
      assert.same({ work("w", "c1", "1") }, sent())
      reply("w", "c1", "one", "")
      assert.same({ answer("c1", "echo", "one", ""), work("w", "c2", "2") }, sent())
    end)

    it("serves the requests for a service in order, by the worker that rested longest", function()
      ready("w1", "echo")
      ready("w2", "echo")
      for i = 1, 3 do ask("c", "echo", tostring(i)) end
      assert.same({ work("w1", "c", "1"), work("w2", "c", "2") }, sent())
      reply("w2", "c", "b")
      assert.same({ answer("c", "echo", "b"), work("w2", "c", "3") }, sent())
    end)

    it("keeps services apart", function()
      ready("w", "echo")
      ask("c", "other", "x")
      assert.same({}, sent())
      ready("v", "other")
      assert.same({ work("v", "c", "x") }, sent())
    end)

    it("never hands a second request to a busy worker, whatever it says meanwhile", function()
      ready("w", "echo")
      ask("c", "echo", "1")
      ask("c", "echo", "2")
      sent()
      from("w", "", "MDPW01", "\4")
      beat(2)
      assert.same({ { "w", "", "MDPW01", "\4" }, { "w", "", "MDPW01", "\4" } }, sent())
    end)

    it("forgets a service that nobody serves or waits for", function()
      ask("c", "echo", "1")
      ready("w", "echo")
      reply("w", "c", "1")
      from("w", "", "MDPW01", "\5")
      assert.same({ services = {}, names = 0, bytes = 0 }, node.requests)
      assert.same({}, node.workers)
    end)
  end)

  describe("speaking both versions", function()
    it("serves clients of 0.2", function()
      ready("w", "echo")
      from("c", "MDPC02", "\1", "echo", "hi")
      reply("w", "c", "ho")
      assert.same({ work("w", "c", "hi"), { "c", "MDPC02", "\3", "echo", "ho" } }, sent())
    end)

    it("employs workers of 0.2", function()
      from("w", "MDPW02", "\1", "echo")
      ask("c", "echo", "hi")
      from("w", "MDPW02", "\4", "c", "", "ho")
      beat()
      assert.same({ { "w", "MDPW02", "\2", "c", "", "hi" }, answer("c", "echo", "ho"),
        { "w", "MDPW02", "\5" } }, sent())
    end)

    it("passes partial replies to a client of 0.2 at once", function()
      from("w", "MDPW02", "\1", "echo")
      from("c", "MDPC02", "\1", "echo", "hi")
      sent()
      from("w", "MDPW02", "\3", "c", "", "1")
      assert.same({ { "c", "MDPC02", "\2", "echo", "1" } }, sent())
      from("w", "MDPW02", "\3", "c", "", "2")
      from("w", "MDPW02", "\4", "c", "", "3")
      assert.same({ { "c", "MDPC02", "\2", "echo", "2" }, { "c", "MDPC02", "\3", "echo", "3" } },
        sent())
      assert.equal(0, node.requests.bytes)
    end)

    it("gives them to a client of 0.1 as one reply, in order", function()
      from("w", "MDPW02", "\1", "echo")
      ask("c", "echo", "hi")
      sent()
      from("w", "MDPW02", "\3", "c", "", "1", "2")
      from("w", "MDPW02", "\3", "c", "", "3")
      assert.same({}, sent())
      from("w", "MDPW02", "\4", "c", "", "4")
      assert.same({ answer("c", "echo", "1", "2", "3", "4") }, sent())
      assert.equal(0, node.requests.bytes)
    end)

    it("limits what it keeps of such a reply; its worker is not to blame", function()
      setup { max_bytes = 2000 }
      from("w", "MDPW02", "\1", "echo")
      ask("c", "echo", "hi")
      for _ = 1, 10 do from("w", "MDPW02", "\3", "c", "", ("x"):rep(600)) end
      assert.is_true(node.requests.bytes < 1000)
      sent()
      from("w", "MDPW02", "\4", "c", "", "last")
      assert.same({}, sent())
      assert.same({ "dropped" }, kinds())
      assert.equal(0, node.requests.bytes)
      ask("c", "echo", "again")
      assert.same({ { "w", "MDPW02", "\2", "c", "", "again" } }, sent())
    end)

    it("limits its frames, since they must fit in a message", function()
      for most, answered in pairs { [249] = 1, [250] = 0 } do
        setup()
        from("w", "MDPW02", "\1", "echo")
        ask("c", "echo", "hi")
        from("w", "MDPW02", "\3", "c", "", helper.frames(200))
        sent()
        from("w", "MDPW02", "\4", "c", "", helper.frames(most - 200))
        assert.equal(answered, #sent())
        assert.equal(answered == 0 and 1 or nil, node.rejects["reply of too many frames"])
      end
    end)

    it("keeps it all anew when its worker dies after too much of it", function()
      from("w", "MDPW02", "\1", "echo")
      ask("c", "echo", "hi")
      for _ = 1, 2 do from("w", "MDPW02", "\3", "c", "", helper.frames(200)) end
      from("w", "MDPW02", "\6")
      from("v", "MDPW02", "\1", "echo")
      from("v", "MDPW02", "\3", "c", "", "1")
      sent()
      from("v", "MDPW02", "\4", "c", "", "2")
      assert.same({ answer("c", "echo", "1", "2") }, sent())
    end)

    it("gives the request to another worker when one died after a part that was kept", function()
      from("w", "MDPW02", "\1", "echo")
      ask("c", "echo", "hi")
      from("w", "MDPW02", "\3", "c", "", "half")
      from("w", "MDPW02", "\6")
      ready("v", "echo")
      sent()
      reply("v", "c", "whole")
      assert.same({ answer("c", "echo", "whole") }, sent())
      assert.equal(0, node.requests.bytes)
    end)

    it("gives the request up when the client has got a part that would come twice", function()
      from("w", "MDPW02", "\1", "echo")
      from("c", "MDPC02", "\1", "echo", "hi")
      from("w", "MDPW02", "\3", "c", "", "half")
      from("w", "MDPW02", "\6")
      assert.same({ "gave_up" }, kinds())
      assert.equal(0, node.requests.bytes)
    end)

    it("sends a worker away that speaks one version after the other", function()
      ready("w", "echo")
      from("w", "MDPW02", "\5")
      assert.same({ gone "w" }, sent())
      assert.same({}, node.workers)
    end)
  end)

  describe("answering MMI by itself", function()
    local function mmi(...)
      ask("c", ...)
      return select(5, table.unpack(sent()[1]))
    end

    it("says whether a service has workers", function()
      assert.equal("404", mmi("mmi.service", "echo"))
      ready("w", "echo")
      assert.equal("200", mmi("mmi.service", "echo"))
      from("w", "", "MDPW01", "\5")
      assert.equal("404", mmi("mmi.service", "echo"))
    end)

    it("says 404 for a service that is only asked for", function()
      ask("c", "echo", "x")
      assert.equal("404", mmi("mmi.service", "echo"))
    end)

    it("echoes the service's name in the reply, in the client's version", function()
      ask("c", "mmi.service", "echo")
      from("c", "MDPC02", "\1", "mmi.service", "echo")
      assert.same({ answer("c", "mmi.service", "404"),
        { "c", "MDPC02", "\3", "mmi.service", "404" } }, sent())
    end)

    it("lists services with their workers and what waits", function()
      ready("w", "echo")
      ready("v", "echo")
      ask("c", "other\n", "1")
      ask("c", "other\n", "2")
      assert.same({ "200", "2 0 echo\n0 2 other?\n" }, { mmi("mmi.services", "") })
    end)

    it("lists them in order of their names", function()
      for _, name in ipairs { "d", "b", "e", "a", "c" } do ready("w" .. name, name) end
      assert.equal("1 0 a\n1 0 b\n1 0 c\n1 0 d\n1 0 e\n", select(2, mmi("mmi.services", "")))
    end)

    it("lists 100 of them at a time, from the name on that is given", function()
      for i = 1, 250 do ready("w" .. i, ("s%03d"):format(i)) end
      sent()
      local after, names = "", {}
      for i, wanted in ipairs { 100, 100, 50, 0 } do
        local _, text = mmi("mmi.services", after)
        local count = 0
        for name in text:gmatch "1 0 (s%d+)\n" do
          count, after = count + 1, name
          table.insert(names, name)
        end
        assert.equal(wanted, count, i)
      end
      assert.equal("s250", names[250])
      for i = 2, 250 do assert.is_true(names[i - 1] < names[i]) end
    end)

    it("says 501 to any other question", function()
      assert.equal("501", mmi("mmi.", "x"))
      assert.equal("501", mmi("mmi.echo", "x"))
    end)

    it("makes no service of a name that was only looked up", function()
      mmi("mmi.service", "echo")
      assert.equal(0, node.requests.names)
    end)

    it("sends a worker away that registers a reserved name, and nobody else", function()
      ready("w", "echo")
      ready("v", "mmi.service")
      from("u", "MDPW02", "\1", "mmi.x")
      assert.same({ gone "v", { "u", "MDPW02", "\6" } }, sent())
      assert.equal("200", mmi("mmi.service", "echo"))
    end)
  end)

  it("tells all workers when it stops, in their version", function()
    ready("w", "echo")
    from("v", "MDPW02", "\1", "echo")
    talk.stop()
    local last = sent()
    table.sort(last, function(a, b) return a[1] < b[1] end)
    assert.same({ { "v", "MDPW02", "\6" }, gone "w" }, last)
  end)

  it("has at most 150 lines", function()
    local count = 0
    for _ in io.lines("patterns/majordomo/broker.lua") do count = count + 1 end
    assert.is_true(count <= 150, count)
  end)
end)
