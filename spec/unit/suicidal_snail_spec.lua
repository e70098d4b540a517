--- The suicidal snail with a fake node: stamps, lateness, and the end.
local helper = require "spec.helper"
local lateness = require "suicidal_snail.lateness"
local publisher = require "suicidal_snail.publisher"
local stamp = require "suicidal_snail.stamp"
local subscriber = require "suicidal_snail.subscriber"

local ID <const>, OTHER <const> = "0123ABCD", "FEDC3210"

describe("a stamp", function()
  it("is read as it was written, also the Guide's", function()
    assert.same({ { date = 1700000000000, id = ID, number = 7, clock = 55 } },
      { stamp.parse(stamp.frame(1700000000000, ID, 7, 55)) })
    assert.same({ { date = 1700000000000 } }, { stamp.parse "1700000000000" })
  end)

  it("is nothing else", function()
    for _, frame in ipairs {
      "", "x", "-1", "1.5", "1e9", ("9"):rep(16), "1 ", "1 2", "1 0123ABCD", "1 0123ABCD 1",
      "1 0123ABCD 0 5", "1 0123ABCD 1 -5", "1 0123ABCD 1 5 ", "1 xyz 1 5", "1  0123ABCD 1 5",
      "1 0123ABCD 1 " .. ("9"):rep(16), "1\0", " 1",
    } do assert.is_nil((stamp.parse(frame)), frame) end
    assert.is_nil((stamp.parse("1", "")))
  end)
end)

describe("lateness", function()
  local all, now, there, date, number
  before_each(function()
    all, now, there, date, number = lateness.new(), 5000, 90000, 1700000000000, 0
  end)

  -- A message that was sent `passed` ms after the last one, and took `delay` ms.
  local function hear(passed, delay, id)
    now, there, date, number = now + passed, there + passed, date + passed, number + 1
    return lateness.measure(all, now + delay,
      { date = date, id = id or ID, number = number, clock = there })
  end
  local function hear_date(passed, delay)
    now, date = now + passed, date + passed
    return lateness.measure(all, now + delay, { date = date })
  end

  it("is what a message takes longer than the quickest", function()
    assert.equal(0, hear(0, 30))
    assert.equal(20, hear(1, 50))
    assert.equal(0, hear(1, 10))
    assert.equal(490, hear(1, 500))
    assert.equal(0, hear(1000, 10))
  end)

  it("does not know dates, which may step", function()
    hear(0, 10)
    for _, step in ipairs { 3600000, -7200000, 1, -1 } do
      date = date + step
      assert.equal(0, hear(1, 10))
      assert.equal(700, hear(1, 710))
    end
  end)

  it("counts missing messages as the time they stand for, until there are none for long", function()
    hear(0, 10)
    number = number + 9
    assert.equal(90, hear(100, 10))
    number = number + 4
    assert.equal(130, hear(50, 10))
    assert.equal(130, hear(lateness.FORGIVEN, 10))
    assert.equal(0, hear(1, 10))
  end)

  it("does not take a pause of the publisher for a loss", function()
    hear(0, 10)
    assert.equal(0, hear(60000, 10))
  end)

  it("keeps publishers apart, and forgets when there are too many", function()
    hear(0, 10)
    local mine = number
    there, number = 7, 0
    assert.equal(0, hear(0, 10, OTHER))
    assert.equal(5, hear(1, 15, OTHER))
    there, number = 90001, mine
    assert.equal(4, hear(1, 14))
    for i = 1, 3 * lateness.MOST do hear(1, 10, ("%08X"):format(i)) end
    local count = 0
    for _ in pairs(all.feeds) do count = count + 1 end
    assert.is_true(count <= lateness.MOST)
  end)

  it("follows clocks that drift apart: its base is of the last minutes", function()
    for _ = 1, 240 do -- four hours at 500 ppm: 7 s
      there = there - 30
      assert.is_true(hear(60000, 10) < 700)
    end
    assert.is_true(hear(1, 1510) > 1000)
  end)

  it("of a date alone goes on as it was when the date steps", function()
    assert.equal(0, hear_date(0, 10))
    assert.equal(300, hear_date(1, 310))
    date = date + 3600000
    assert.equal(300, hear_date(1, 310))
    assert.equal(400, hear_date(1, 410))
    date = date - 7200000
    assert.equal(400, hear_date(1, 410))
    assert.equal(500, hear_date(1, 510))
    assert.equal(0, hear_date(1, 10))
  end)
end)

describe("the snail", function()
  it("ends with the first message that is too late, and status 3", function()
    local node = helper.node(subscriber, { limit = 100, work = 0 })
    subscriber.on.feed(node, stamp.frame(1, ID, 1, 0))
    node.clock = 101
    subscriber.on.feed(node, stamp.frame(1, ID, 2, 1))
    assert.is_nil(node.stopped)
    node.clock = 103
    node:spawn(subscriber.on.feed, stamp.frame(1, ID, 3, 2))
    assert.same({ nil, "101 ms late, more than 100: this subscriber cannot keep up", 3 },
      node.stopped)
    assert.same({ { 1 }, { 1 } }, node.emitted)
  end)

  it("works for as long as it is told", function()
    local node = helper.node(subscriber, { work = 5 })
    node:spawn(subscriber.on.feed, "1")
    assert.is_nil(node.results)
    node:advance(5)
    assert.equal(0, node.results.n)
  end)

  it("stands what is no stamp", function()
    local node = helper.node(subscriber)
    subscriber.on.feed(node, "x")
    subscriber.on.feed(node, "x")
    subscriber.on.feed(node, "1 2")
    assert.same({ ["no time"] = 2, ["no number or no clock behind the time"] = 1 }, node.rejects)
    assert.equal(2, #node.logged)
  end)
end)

describe("the snail's publisher", function()
  it("says date, id, number and clock; or the date alone", function()
    local node = helper.node(publisher)
    publisher.init(node)
    node.clock = 17
    publisher.on.tick(node)
    publisher.on.tick(node)
    assert.same({ { "17 00000000 1 17" }, { "17 00000000 2 17" } }, node.feed.sent)
    node = helper.node(publisher, { date_only = true })
    node.clock = 17
    publisher.on.tick(node)
    assert.same({ { "17" } }, node.feed.sent)
  end)
end)
