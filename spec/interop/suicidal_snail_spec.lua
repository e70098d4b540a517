--- The suicidal snail on the wire: raw frames both ways, and peers of another implementation
--- (pyzmq) that behave as the Guide's suisnail does.
local helper = require "spec.helper"
local wire = require "spec.wire"

local function snail(endpoint, ...)
  return wire.start("suicidal_snail/subscriber", {}, { "--feed.connect=" .. endpoint, ... })
end

describe("our snail's publisher on the wire", function()
  after_each(helper.cleanup)

  it("says the date, as the Guide's, and behind it what is ours", function()
    local publisher, at = wire.start("suicidal_snail/publisher", { "feed" })
    wire.talk(at, [[
      local sub = self:open { "sub", connect = AT.feed, subscribe = "" }
      local id, last
      for _ = 1, 20 do
        local frame, more = sub:recv(15000)
        same(nil, more)
        local date, who, number, clock = frame:match "^(%d+) (%x+) (%d+) (%d+)$"
        if math.abs(date - self:wall()) > 15000 then error("not now: " .. frame) end
        same(id or who, who)
        same(last and last + 1 or tonumber(number), tonumber(number))
        id, last = who, tonumber(number)
      end]])
    wire.stop(publisher)
  end)

  it("says the Guide's frame and no more, if told so", function()
    local publisher, at = wire.start("suicidal_snail/publisher", { "feed" }, { "--date-only" })
    wire.talk(at, [[
      local sub = self:open { "sub", connect = AT.feed, subscribe = "" }
      for _ = 1, 5 do
        if not hear(sub):find "^%d+$" then error "no date" end
      end]])
    wire.stop(publisher)
  end)

  it("makes the Guide's subscriber end when it is slow", function()
    local publisher, at = wire.start("suicidal_snail/publisher", { "feed" })
    local subscriber = wire.python("pubsub.py", "suisnail_subscriber", at.feed, "3")
    subscriber:line "E: subscriber cannot keep up, aborting"
    wire.ends(subscriber)
    wire.stop(publisher)
  end)
end)

describe("our snail on the wire", function()
  after_each(helper.cleanup)

  local function publish(text)
    local process, endpoint = wire.peer("xpub", "peer:recv(15000) " .. text .. " self:wait 'ever'")
    return endpoint, process
  end

  it("ends with status 3 when the stamps say so", function()
    local endpoint = publish [[
      peer:send "1700000000000 0123ABCD 1 5000"
      peer:send "1700000000001 0123ABCD 2 5001"
      peer:send "1700000000002 0123ABCD 3 3000"]]
    local subscriber = snail(endpoint)
    assert.equal(3, (subscriber:wait()))
    subscriber:line "20%d%d ms late, more than 1000: this subscriber cannot keep up"
  end)

  it("ends with status 3 when too much is missing", function()
    local endpoint = publish [[
      peer:send "1700000000000 0123ABCD 1 5000"
      peer:send "1700000000002 0123ABCD 2000 6999"]]
    assert.equal(3, (snail(endpoint):wait()))
  end)

  it("stands a date that steps, and what is no stamp", function()
    local endpoint = publish [[
      for _, frames in ipairs { { "" }, { "x" }, { "-1" }, { "1", "2" }, { "1 2" },
          { "1 0123ABCD 1 -1" }, { ("9"):rep(300) }, { "\0\255" } } do
        peer:send(table.unpack(frames))
      end
      for i, date in ipairs { 1700000000000, 1800000000000, 1600000000000, 1 } do
        peer:send(tostring(date))
        peer:send(("%d 0123ABCD %d %d"):format(date, i, 5000 + i))
      end
      peer:send "what is this"]]
    local subscriber = snail(endpoint, "--work=0")
    subscriber:line "rejected: no time"
    subscriber:line "rejected: more than one frame"
    subscriber:line "rejected: no number or no clock behind the time"
    wire.stop(subscriber)
  end)

  it("ends when it is slow for the Guide's publisher, and not when it is quick", function()
    local publisher = wire.python("pubsub.py", "suisnail_publisher")
    local _, endpoint = publisher:line "bound to (%S+)"
    local quick = snail(endpoint, "--work=0")
    assert.equal(3, (snail(endpoint, "--work=10"):wait()))
    wire.stop(quick)
    quick:line "%d+ messages; %d+ ms late with the last"
  end)
end)
