--- Specs: key-value messages.
local kvmsg = require "clone/kvmsg"

local ONE <const> = "\0\0\0\0\0\0\0\1"
local UUID <const> = ("u"):rep(16)

describe("a message of three frames", function()
  it("is a key, a number of 8 bytes, big end first, and a body", function()
    assert.same({ "k", "\0\0\0\0\0\0\1\2", "v" }, { kvmsg.simple("k", 258, "v") })
    assert.same({ "k", 258, "v" }, { kvmsg.parse_simple("k", "\0\0\0\0\0\0\1\2", "v") })
  end)

  it("is refused with a reason when it is anything else", function()
    assert.same({ nil, "not three frames" }, { kvmsg.parse_simple("k", ONE) })
    assert.same({ nil, "not three frames" }, { kvmsg.parse_simple("k", ONE, "v", "") })
    assert.same({ nil, "no sequence number" }, { kvmsg.parse_simple("k", "1", "v") })
    assert.same({ nil, "a key too long" }, { kvmsg.parse_simple(("k"):rep(256), ONE, "v") })
  end)
end)

describe("a message of five frames", function()
  local function same_again(kv)
    local parsed = kvmsg.parse(kvmsg.pack(kv))
    assert.same(kv, parsed)
  end

  it("has a UUID, properties and a body", function()
    assert.same({ "k", ONE, UUID, "", "v" },
      { kvmsg.pack { key = "k", seq = 1, uuid = UUID, body = "v" } })
    assert.same({ key = "k", seq = 1, uuid = "", body = "v" }, kvmsg.parse("k", ONE, "", "", "v"))
  end)

  it("comes out as it went in", function()
    same_again { key = "k", seq = 1 << 50, uuid = UUID, body = "v", ttl = 1500 }
    same_again { key = "HUGZ", seq = 0, uuid = "", body = "", state = "passive" }
    same_again { key = "HUGZ", seq = 7, uuid = "", body = "", updates = 12, subtree = "/a/" }
    same_again { key = "KTHXBAI", seq = 7, uuid = "", body = "/a/", updates = 0, subtree = "" }
  end)

  it("tells a ttl in whole seconds for the Guide's programs, and in ms for ours", function()
    local _, _, _, properties = kvmsg.pack { key = "k", seq = 1, uuid = "", body = "v", ttl = 1500 }
    assert.equal("ttl=2\nms=1500\n", properties)
    assert.equal(3000, kvmsg.parse("k", ONE, "", "ttl=3\n", "v").ttl)
    assert.equal(3000, kvmsg.parse("k", ONE, "", "ttl=3", "v").ttl)
  end)

  it("knows a ttl that is a date", function()
    local kv = kvmsg.parse("k", ONE, "", "ttl=1700000000000\n", "v")
    assert.same({ nil, 1700000000000 }, { kv.ttl, kv.wall })
  end)

  it("leaves alone what it does not know, and what is no number", function()
    for _, properties in ipairs {
      "x=1\n", "ttl=\n", "ttl=x\n", "ttl=-1\n", "ttl=0\n", "=\n", "\n\n", "ttl", "\0\0\0",
      "ttl=" .. ("9"):rep(50) .. "\n", "ttl=1e400\n", ("x=y\n"):rep(5000),
    } do
      assert.same({ key = "k", seq = 1, uuid = "", body = "v" },
        kvmsg.parse("k", ONE, "", properties, "v"), ("%q"):format(properties:sub(1, 40)))
    end
  end)

  it("is refused with a reason when it is anything else", function()
    for _, row in ipairs {
      { "not five frames", "k", ONE, "", "" }, { "not five frames", "k", ONE, "", "", "v", "" },
      { "not five frames" }, { "a key empty or too long", "", ONE, "", "", "v" },
      { "a key empty or too long", ("k"):rep(256), ONE, "", "", "v" },
      { "no sequence number", "k", "", "", "", "v" },
      { "no sequence number", "k", ("\xff"):rep(8), "", "", "v" },
      { "no UUID", "k", ONE, "u", "", "v" },
      { "too many properties", "k", ONE, "", ("x"):rep(65537), "v" },
    } do
      assert.same({ nil, row[1] }, { kvmsg.parse(table.unpack(row, 2)) })
    end
  end)

  it("survives any frames", function()
    local frames = { "", "k", ONE, "HUGZ", UUID, "ttl=1\n", "ms=", "\xff\xff", ("z"):rep(300) }
    for _ = 1, 20000 do
      local message = {}
      for i = 1, math.random(0, 6) do message[i] = frames[math.random(#frames)] end
      local kv, reason = kvmsg.parse(table.unpack(message))
      assert.is_true(kv ~= nil or type(reason) == "string")
    end
  end)
end)

describe("a subtree", function()
  it("has the keys that begin so", function()
    assert.is_true(kvmsg.is_below("/a/b", "/a/"))
    assert.is_true(kvmsg.is_below("/a/b", ""))
    assert.is_false(kvmsg.is_below("/ab", "/a/"))
    assert.is_false(kvmsg.is_below("/a", "/a/"))
  end)
end)
