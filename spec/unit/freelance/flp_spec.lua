--- Specs: FLP.
local flp = require "freelance/flp"
local helper = require "spec.helper"
local numbered = require "freelance/numbered"

describe("FLP", function()
  it("tells PING from requests", function()
    assert.same({ "PING" }, { flp.from_client "PING" })
    assert.same({ "request", "7", "a", "" }, { flp.from_client("7", "a", "") })
    assert.same({ "request", "PING", "a" }, { flp.from_client("PING", "a") })
  end)

  it("tells PONG from replies, by the number of frames", function()
    assert.same({ "PONG" }, { flp.from_server "PONG" })
    assert.same({ "reply", "7", "OK" }, { flp.from_server("7", "OK") })
    assert.same({ "reply", "PONG", "OK" }, { flp.from_server("PONG", "OK") })
    assert.same({ "reply", "0", "OK", "a", "" }, { flp.from_server("0", "OK", "a", "") })
  end)

  it("says of all else that it is none of its messages", function()
    for _, frames in ipairs { {}, { "" }, { "ping" }, { "PING " }, { "0" }, { "\0" } } do
      for _, parse in ipairs { flp.from_client, flp.from_server } do
        assert.same({ nil, "unknown command" }, { parse(table.unpack(frames)) })
      end
    end
    assert.is_nil((flp.from_client "PONG"))
    assert.is_nil((flp.from_server "PING"))
  end)

  it("takes a request of as many frames as fit in its echo, and no more", function()
    assert.equal("request", (flp.from_client("7", helper.frames(252))))
    assert.same({ nil, "request of too many frames" }, { flp.from_client("7", helper.frames(253)) })
  end)

  it("knows the shotgun's requests and replies", function()
    assert.same({ "1", "a", "" }, { numbered.from_client("1", "a", "") })
    assert.same({ nil, "malformed request" }, { numbered.from_client() })
    assert.same({ nil, "malformed request" }, { numbered.from_client "1" })
    assert.same({ "1", "OK" }, { numbered.from_server("", "1", "OK") })
    assert.same({ "1", "OK", "a" }, { numbered.from_server("", "1", "OK", "a") })
    assert.same({ "1", "OK", "a" }, { numbered.to_client("1", "a") })
    assert.same({ "", "1", "a" }, { numbered.to_server("1", "a") })
    for _, frames in ipairs { {}, { "" }, { "", "" }, { "", "1" }, { "1", "OK" } } do
      assert.same({ nil, "malformed reply" }, { numbered.from_server(table.unpack(frames)) })
    end
  end)
end)
