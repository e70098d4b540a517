--- Specs: what a clone server keeps besides its map: what is pending, what ends when, who follows.
local expiry = require "clone/expiry"
local pending = require "clone/pending"
local subtrees = require "clone/subtrees"

describe("what is pending", function()
  local held
  local function set(key, uuid, now) pending.set(held, { key = key, uuid = uuid }, now or 0, 5) end
  local function published(key, uuid) pending.published(held, key, uuid, 0, 5) end
  local function taken()
    local list = {}
    for i, kv in ipairs(pending.take(held)) do list[i] = kv.uuid end
    assert.same({ lists = {}, early = {}, count = 0, number = held.number }, held)
    return list
  end
  before_each(function() held = pending.new() end)

  it("is what was set and not published, in the order it came", function()
    set("a", "1")
    set("b", "2")
    set("c", "3")
    published("b", "2")
    assert.same({ "1", "3" }, taken())
  end)

  it("is of each key the last only", function()
    set("a", "1")
    set("b", "2")
    set("a", "3")
    assert.same({ "2", "3" }, taken())
  end)

  it("is not what came before a published set of the same key", function()
    for _, uuid in ipairs { "1", "2", "3" } do set("a", uuid) end
    published("a", "2")
    assert.equal(1, held.count)
    assert.same({ "3" }, taken())
  end)

  it("is not what was published before it came, once", function()
    published("a", "1")
    set("a", "1")
    assert.equal(0, held.count)
    set("a", "1")
    assert.same({ "1" }, taken())
  end)

  it("stays when something else of its key is published: its end, or another client's", function()
    set("a", "1")
    published("a", "0")
    published("a", "")
    assert.same({ "1" }, taken())
  end)

  it("is forgotten after a while", function()
    set("a", "1", 10)
    set("a", "2", 20)
    set("b", "3", 30)
    published("c", "4")
    pending.drop(held, 20)
    assert.equal(2, held.count)
    pending.drop(held, 31)
    assert.equal(0, held.count)
    assert.same({}, taken())
  end)

  it("is never more than it may be", function()
    for i = 1, 9 do set("a" .. i, "s" .. i) end
    for i = 1, 9 do published("b" .. i, "p" .. i) end
    assert.equal(5, held.count)
    assert.equal(5, #taken())
  end)

  it("counts right, whatever happens", function()
    for _ = 1, 5000 do
      local key, uuid = ("k%d"):format(math.random(3)), ("u%d"):format(math.random(20))
      local act = math.random(10)
      if act < 6 then set(key, uuid, math.random(100))
      elseif act < 10 then published(key, uuid)
      else pending.drop(held, math.random(60)) end
      local count = 0
      for _, list in pairs(held.lists) do count = count + (list.uuid and 1 or #list) end
      for _ in pairs(held.early) do count = count + 1 end
      assert.equal(count, held.count)
    end
  end)
end)

describe("what ends when", function()
  it("is looked at in its second, and not before", function()
    local ends = expiry.new()
    expiry.clear(ends, 10500)
    expiry.add(ends, "a", 12100)
    expiry.add(ends, "b", 12900)
    expiry.add(ends, "c", 11000)
    assert.same({}, expiry.take(ends, 10999))
    assert.same({ "c" }, expiry.take(ends, 11999))
    assert.same({ "a", "b" }, expiry.take(ends, 12000))
    assert.same({}, expiry.take(ends, 20000))
  end)

  it("is looked at next when it ought to have been already", function()
    local ends = expiry.new()
    expiry.clear(ends, 10500)
    expiry.add(ends, "late", 3000)
    assert.same({ "late" }, expiry.take(ends, 10600))
  end)

  it("is looked at again after a long stall", function()
    local ends = expiry.new()
    expiry.clear(ends, 0)
    for second = 1, 50 do expiry.add(ends, tostring(second), second * 1000) end
    assert.equal(50, #expiry.take(ends, 3600000))
    assert.same({}, ends.due)
  end)
end)

describe("the subtrees that somebody follows", function()
  it("have their updates counted from then on", function()
    local trees = subtrees.new()
    subtrees.count(trees, "/a/1")
    assert.is_true(subtrees.add(trees, "/a/", 3, 7))
    assert.is_true(subtrees.add(trees, "", 3, 0))
    subtrees.count(trees, "/a/1")
    subtrees.count(trees, "/b/1")
    assert.is_true(subtrees.add(trees, "/a/", 3, 7))
    assert.same({ ["/a/"] = 8, [""] = 2 }, trees.counts)
  end)

  it("are no more than they may be, until one is given up", function()
    local trees = subtrees.new()
    for _, prefix in ipairs { "a", "b" } do assert.is_true(subtrees.add(trees, prefix, 2, 0)) end
    assert.is_nil(subtrees.add(trees, "c", 2, 0))
    subtrees.remove(trees, "c")
    subtrees.remove(trees, "a")
    assert.is_true(subtrees.add(trees, "c", 2, 0))
    assert.equal(2, trees.known)
  end)
end)
