--- Specs: which of a pair serves.
local test = require "spec.pair_under_test"
local pair = require "binary_star/pair"

local start, hear, said, vote, is, pass, settle =
  test.start, test.hear, test.said,
  test.vote, test.is, test.pass, test.settle

describe("a pair", function()
  before_each(test.reset)

  describe("as it starts", function()
    it("has the primary serve in term 1 as soon as it hears the backup", function()
      start "primary"
      is "waiting"
      hear "2 0"
      is("active", 1)
      assert.equal("3 1", said())
      assert.same({ { "active", 1 } }, test.node.emitted)
      assert.same({ { kind = "active", fields = { term = 1 } } }, test.node.notes)
    end)

    it("has the backup wait for the primary, and follow it", function()
      start "backup"
      hear "1 0"
      is "waiting"
      hear "3 1"
      is "passive"
      assert.equal("4 1", said())
      assert.same({ { "passive", 0 } }, test.node.emitted)
    end)

    it("has a primary that is alone serve after 2 intervals, when it is asked to", function()
      start "primary"
      pass(1999)
      assert.is_nil(vote())
      pass(1)
      pair.on.beat(test.node)
      is("active", 1)
    end)

    it("has a backup that is alone serve after 4", function()
      start "backup"
      pass(3000)
      assert.is_nil(vote())
      test.node:advance(1000)
      is("active", 2)
      assert.equal(2, test.answer[1])
    end)

    it("has a request wait for an interval at most, while nobody knows who serves", function()
      start "backup"
      assert.is_nil(vote())
      test.node:advance(999)
      assert.is_nil(test.answer)
      test.node:advance(1)
      assert.same({ nil, n = 1 }, test.answer)
    end)

    it("answers a request that waits as soon as it is known", function()
      start "primary"
      assert.is_nil(vote())
      hear "2 0"
      assert.same({ 1, n = 1 }, test.answer)
    end)

    it("has whoever served last go first, when both were started again", function()
      for role, terms in pairs {
        primary = { [1] = 3, [2] = false, [3] = 5 }, backup = { [1] = false, [2] = 4, [3] = false },
      } do
        for highest, term in pairs(terms) do
          for _, heard in ipairs { 0, highest } do
            test.kept = { highest = highest }
            start(role)
            hear((role == "primary" and "2 " or "1 ") .. heard)
            is(term and "active" or "waiting", term or 0)
          end
        end
      end
    end)

    it("goes first without asking when it served last, though it is the backup", function()
      test.kept.highest = 2
      start "backup"
      pass(2000)
      assert.equal(4, vote())
    end)

    it("tells its state to whoever begins to listen", function()
      start "backup"
      pair.on.states(test.node, "\1")
      assert.same({ { "2 0" } }, test.node.sent)
      pair.on.states(test.node, "\0")
      pair.on.states(test.node, "")
      assert.equal(1, #test.node.sent)
    end)
  end)

  describe("when the active falls silent", function()
    it("goes on with the passive, when that is asked", function()
      settle "backup"
      pass(2000)
      is "passive"
      assert.equal(2, vote())
      is("active", 2)
      assert.same({ "active", 2 }, test.node.emitted[#test.node.emitted])
    end)

    it("does nothing of its own accord: it may be the only one who does not hear it", function()
      settle "backup"
      pass(100000)
      is "passive"
      assert.equal("silent", test.node.peer)
    end)

    it("drops requests before that", function()
      settle "backup"
      pass(1000)
      assert.is_nil(vote())
      assert.same({ nil, n = 1 }, test.answer)
    end)

    it("has a request wait whose moment is near, and judges then", function()
      settle "backup"
      pass(1300)
      vote()
      assert.is_nil(test.answer)
      pair.on.beat(test.node)
      test.node:advance(700)
      assert.same({ 2, n = 1 }, test.answer)
    end)

    it("drops the request that waits when the active is heard after all", function()
      settle "backup"
      pass(1300)
      vote()
      hear "3 1"
      assert.same({ nil, n = 1 }, test.answer)
      is "passive"
    end)

    it("goes on at once when the active says that it waits: it was started again", function()
      settle "backup"
      hear "1 1"
      is("active", 2)
    end)

    it("goes on in a term above all it heard of", function()
      settle "backup"
      hear "3 41"
      hear "1 41"
      is("active", 42)
    end)
  end)

  describe("two at once", function()
    it("has the active of the lower term yield, in whichever phase the other is", function()
      for state, phase in pairs { ["3 2"] = "passive", ["4 2"] = "waiting", ["2 2"] = "waiting" } do
        test.kept = {}
        settle "primary"
        hear(state)
        is(phase, 1)
        assert.same({ kind = "passive", fields = { term = 1 } }, test.node.notes[#test.node.notes])
        assert.same({ "passive", 1 }, test.node.emitted[#test.node.emitted])
      end
    end)

    it("has the active of the higher term stay", function()
      settle "backup"
      pass(2000)
      vote()
      for _, state in ipairs { "3 1", "4 2", "1 2", "4 1" } do
        hear(state)
        is("active", 2)
      end
    end)

    it("has whoever served last go on when both are passive", function()
      settle "primary"
      hear "3 2"
      is "passive"
      hear "4 2"
      is "passive"
      hear "4 3"
      is("active", 5)
      settle "backup"
      hear "4 1"
      is "passive"
    end)

    it("never fails back: an active primary that came back finds the backup's term", function()
      start "primary"
      hear "3 2"
      is "passive"
      pass(1000)
      hear "3 2"
      assert.is_nil(vote())
      is "passive"
    end)
  end)

  describe("that stood still", function()
    it("steps down before it answers", function()
      settle "primary"
      assert.equal(1, vote())
      test.node:advance(1801)
      assert.is_nil(vote())
      is "waiting"
      assert.is_false(test.node:holds())
    end)

    it("steps down sooner than the other one takes over", function()
      settle "primary"
      test.node:advance(1801)
      assert.is_false(test.node:holds(1))
      settle "backup"
      test.node:advance(1799)
      vote()
      assert.is_nil(test.answer)
      is "passive"
    end)

    it("takes no notice of what it heard meanwhile: that is old", function()
      settle "backup"
      test.node:advance(5000)
      hear "1 1"
      is "passive"
      assert.is_nil(vote())
      pair.on.beat(test.node)
      is "passive"
      assert.is_nil(vote())
    end)

    it("takes no notice of that either when its timer has run before it is read", function()
      settle "backup"
      test.node:advance(5000)
      pair.on.beat(test.node)
      hear "1 1"
      is "passive"
      pass(1000)
      hear "1 3" -- said now
      is("active", 4)
    end)

    it("takes no notice of it when it stands still once more, though not for long", function()
      settle "backup"
      test.node:advance(5000)
      pair.on.beat(test.node)
      test.node:advance(1500)
      hear "1 1"
      is "passive"
      pair.on.beat(test.node)
      hear "1 1"
      is "passive"
    end)

    it("hears of a higher term, though", function()
      settle "primary"
      test.node:advance(5000)
      hear "3 8"
      assert.equal(8, test.kept.highest)
    end)

    it("reads what the other one said meanwhile before it takes over", function()
      settle "backup"
      pass(1000)
      test.node:advance(1450) -- too short to be a stall
      vote()
      assert.is_nil(test.answer)
      hear "3 1"
      assert.same({ nil, n = 1 }, test.answer)
      is "passive"
    end)

    it("takes over when nothing was said", function()
      settle "backup"
      pass(1000)
      test.node:advance(1450)
      vote()
      test.node:advance(99)
      pair.on.beat(test.node)
      test.node:advance(1)
      assert.is_nil(test.answer)
      test.node:advance(100)
      assert.same({ 2, n = 1 }, test.answer)
    end)

    it("serves alone all the same when its timer is always late", function()
      start "backup"
      for _ = 1, 4 do
        test.node:advance(1030)
        pair.on.beat(test.node)
      end
      vote()
      test.node:advance(100)
      assert.same({ 2, n = 1 }, test.answer)
    end)

    it("gives the other one its time again", function()
      settle "backup"
      test.node:advance(60000)
      pair.on.beat(test.node)
      pass(1000)
      assert.is_nil(vote())
      is "passive"
      test.node:advance(200)
    end)
  end)

  describe("that leaves in order", function()
    it("says that it waits, so that the other one goes on at once, and serves no more", function()
      settle "primary"
      pair.stop(test.node)
      assert.equal("1 1", said())
      assert.is_false(test.node:holds())
      assert.is_nil(vote())
      for _, state in ipairs { "2 1", "3 2", "4 2" } do hear(state) end
      pass(10000)
      assert.is_nil(vote())
      is "leaving"
    end)
  end)

  describe("with a program of the Guide", function()
    it("tells digits only, and understands them", function()
      start("primary", { compatible = true })
      pair.on.beat(test.node)
      assert.equal("1", said())
      hear "2"
      is("active", 1)
      assert.equal("3", said())
      start("backup", { compatible = true })
      hear "3"
      is "passive"
      assert.equal("4", said())
      hear "1"
      is("active", 2)
    end)

    it("has the backup yield when both are active and one tells no term", function()
      settle "primary"
      hear "3"
      is("active", 1)
      settle "backup"
      hear "1 1"
      is("active", 2)
      hear "3"
      is "passive"
    end)

    it("stays active when the other one, without a term, is not", function()
      settle "backup"
      hear "1 1"
      for _, state in ipairs { "1", "4" } do
        hear(state)
        is("active", 2)
      end
    end)
  end)

  it("counts what is no state, and says so once", function()
    settle "backup"
    for _ = 1, 3 do hear("nonsense") end
    hear("3 1", "more")
    assert.same({ ["not a state"] = 3, ["a state of more than one frame"] = 1 }, test.node.rejects)
    is "passive"
  end)

  it("has its state in words for whoever asks", function()
    settle "backup"
    assert.same({ "backup", "passive", 0, "active" },
      { test.node.role, test.node.phase, test.node.term, test.node.peer })
  end)

  it("binds its own endpoint, and connects to the other's", function()
    for role, ports in pairs { primary = { 5003, 5004 }, backup = { 5004, 5003 } } do
      local sockets = pair.sockets {
        role = role, primary = "tcp://a:5003", backup = "tcp://b:5004", interval = 100,
      }
      assert.equal("tcp://*:" .. ports[1], sockets.states.bind)
      assert.matches(":" .. ports[2] .. "$", sockets.peers.connect)
      assert.equal(200, sockets.peers.heartbeat_timeout)
    end
  end)
end)
