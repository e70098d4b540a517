--- Specs: PPP.
local helper = require "spec.helper"
local ppp = require "paranoid_pirate/ppp"

describe("PPP", function()
  it("knows what a worker says", function()
    assert.same({ "ready" }, { ppp.from_worker "\1" })
    assert.same({ "heartbeat" }, { ppp.from_worker "\2" })
    assert.same({ "reply", "c", "x", "", "y" }, { ppp.from_worker("c", "", "x", "", "y") })
  end)

  it("knows what a queue says", function()
    assert.same({ "heartbeat" }, { ppp.from_queue "\2" })
    assert.same({ "request", "c", "x", "", "y" }, { ppp.from_queue("c", "", "x", "", "y") })
    assert.same({ nil, "unknown command" }, { ppp.from_queue "\1" })
  end)

  it("takes no client's id for a command, whatever is in it", function()
    for _, id in ipairs { "\1", "\2", "\1\2", "" } do
      assert.same({ "reply", id, "x" }, { ppp.from_worker(id, "", "x") })
      assert.same({ "request", id, "x" }, { ppp.from_queue(id, "", "x") })
    end
  end)

  it("says of all else that it is none of its messages", function()
    for _, parse in ipairs { ppp.from_worker, ppp.from_queue } do
      for _, frames in ipairs {
        {}, { "" }, { "\3" }, { "\1\1" }, { "\0" }, { "c", "" }, { "c", "x" }, { "", "\1" },
        { "c", "x", "y" }, { "\1", "\1", "\1" }, { "c", "", helper.frames(253) },
      } do
        local command, reason = parse(table.unpack(frames))
        assert.is_nil(command, table.concat(frames, "|"))
        assert.is_string(reason)
      end
    end
  end)

  it("knows a body by its empty frame, and that it fits in a message to a worker", function()
    assert.is_true(ppp.is_body("", ""))
    assert.is_true(ppp.is_body("", "a", "b"))
    assert.is_true(ppp.is_body("", helper.frames(252)))
    for _, frames in ipairs { {}, { "" }, { "a" }, { "a", "" }, { "", helper.frames(253) } } do
      assert.is_false(ppp.is_body(table.unpack(frames)))
    end
  end)
end)
