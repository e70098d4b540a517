--- Specs: the distance of two words.
local nearest = require "sloop.private.base.nearest"

local function set(text)
  local words = {}
  for word in text:gmatch("%S+") do words[word] = true end
  return words
end

describe("the distance of two words", function()
  for _, case in ipairs {
    { "", "", 0 }, { "abc", "", 3 }, { "", "abc", 3 }, { "queue", "queue", 0 },
    { "queue", "quue", 1 }, { "quue", "queue", 1 }, { "queue", "quexe", 1 },
    { "queue", "uqeue", 1 }, { "dealer", "delaer", 1 }, { "kitten", "sitting", 3 },
  } do
    it(("from '%s' to '%s' is %d"):format(table.unpack(case)), function()
      assert.equal(case[3], nearest.distance(case[1], case[2]))
    end)
  end
end)

describe("the nearest name", function()
  local names = set "sockets timers relays stores parts state options on init main stop"

  it("is found despite a missing, an extra, a wrong and two swapped letters", function()
    for _, wrong in ipairs { "sokets", "socckets", "sickets", "scokets" } do
      assert.equal("sockets", nearest.find(wrong, names))
    end
  end)

  it("is none when nothing is near", function()
    assert.is_nil(nearest.find("frequency", names))
    assert.is_nil(nearest.find("xy", names))
    assert.is_nil(nearest.find("", names))
    assert.is_nil(nearest.find("a", { b = true }))
  end)

  it("takes '-' for '_' and capitals for small letters", function()
    assert.equal("crash_after", nearest.find("Crash-After", { crash_after = true }))
    assert.equal("a_b", nearest.find("A-B", { a_b = true }))
  end)

  it("of equally near ones is the first in order, whatever the order of the table", function()
    assert.equal("bat", nearest.find("xat", set "cat bat rat"))
  end)

  it("allows at most three wrong letters in a long name", function()
    assert.equal("abcdefghijkl", nearest.find("abcdefghixxx", set "abcdefghijkl"))
    assert.is_nil(nearest.find("abcdefghxxxx", set "abcdefghijkl"))
  end)

  it("is offered in words, from several sets", function()
    assert.equal(" (did you mean 'timers'?)", nearest.hint("timer", names))
    assert.equal(" (did you mean 'two'?)", nearest.hint("tow", set "one", set "two"))
    assert.equal("", nearest.hint("frequency", names))
    assert.equal(" (did you mean 'timers'?)", nearest.hint("timer", { "other", timers = 5 }))
  end)
end)

describe("a slip of the finger", function()
  local slips = nearest.slips(set "init main stop")

  it("is two swapped letters, or another case", function()
    assert.equal("init", nearest.slip("inti", slips))
    assert.equal("main", nearest.slip("Main", slips))
  end)

  it("is not another word", function()
    for _, word in ipairs { "step", "mail", "in", "pots", "spot", "initial" } do
      assert.is_nil(nearest.slip(word, slips))
    end
  end)
end)
