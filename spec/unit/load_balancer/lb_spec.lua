--- Specs: the load balancer's protocol.
local helper = require "spec.helper"
local lb = require "load_balancer/lb"

describe("the load balancer's protocol", function()
  it("knows a body by its empty frame, and that it fits in a message to a worker", function()
    assert.is_true(lb.is_body("", "hi"))
    assert.is_true(lb.is_body("", "", "\0"))
    assert.is_true(lb.is_body("", helper.frames(251)))
    for _, frames in ipairs { {}, { "" }, { "hi" }, { "hi", "" }, { "", helper.frames(252) } } do
      assert.is_false(lb.is_body(table.unpack(frames)))
    end
  end)

  it("knows what a worker says", function()
    assert.equal("ready", lb.from_worker("", "\1"))
    assert.equal("ready", lb.from_worker("", "READY"))
    assert.same({ "reply", "c", "a", "", "b" }, { lb.from_worker("", "c", "", "a", "", "b") })
  end)

  it("takes no client's id for READY, whatever is in it", function()
    assert.same({ "reply", "\1", "x" }, { lb.from_worker("", "\1", "", "x") })
    assert.same({ "reply", "\1\2\3", "x" }, { lb.from_worker("", "\1\2\3", "", "x") })
    assert.same({ "reply", "READY", "x" }, { lb.from_worker("", "READY", "", "x") })
  end)

  it("says of all else that it is none of its messages", function()
    for _, frames in ipairs {
      {}, { "" }, { "\1" }, { "", "" }, { "", "\1\1" }, { "", "\2" }, { "x", "\1" },
      { "", "c", "" }, { "", "c", "x" }, { "", "c", "x", "y" }, { "c", "", "x" },
      { "", "c", "", helper.frames(252) },
    } do
      local command, reason = lb.from_worker(table.unpack(frames))
      assert.is_nil(command, table.concat(frames, "|"))
      assert.is_string(reason)
    end
  end)

  it("writes what the broker and the worker say", function()
    assert.same({ "w", "", "c", "", "a" }, { lb.to_worker("w", "c", "", "a") })
    assert.same({ "c", "", "a", "b" }, { lb.to_client("c", "a", "b") })
    assert.same({ "c", "", "a" }, { lb.to_broker("c", "a") })
  end)

  it("knows what a broker says to a worker", function()
    assert.same({ "c", "a", "" }, { lb.from_broker("c", "", "a", "") })
    for _, frames in ipairs { {}, { "c" }, { "c", "" }, { "c", "x" }, { "c", "x", "y" } } do
      assert.same({ nil, "malformed request" }, { lb.from_broker(table.unpack(frames)) })
    end
  end)
end)
