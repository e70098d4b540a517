--- A role in words; the whole of it is in commands_spec.lua.
local declaring = require "spec.declaring"
local describe_role = require "sloop.private.role.describe"

local function text_of(text, files)
  return describe_role.text("x", declaring.good(text, nil, files), text)
end

describe("the comment of a script", function()
  for _, case in ipairs {
    { "--- One line.\nlocal a", "One line." },
    { "--- Two\n-- lines.\n\n-- not this", "Two\nlines." },
    { "#!/usr/bin/sloop\n-- After the first line.\n", "After the first line." },
    { "--- With a tag.\n---@class x\n-- And more.", "With a tag.\nAnd more." },
    { "--[[ a block ]] return", " a block" },
    { "--[==[\nA long one.\n\nWith ]] in it.\n]==]\nreturn {}", "A long one.\n\nWith ]] in it." },
    { "--[[ without an end", " without an end" },
    { "return {}", "" },
    { "", "" },
  } do
    it(("of %q is %q"):format(case[1], case[2]), function()
      assert.equal(case[2], describe_role.comment(case[1]))
    end)
  end
end)

describe("a role in words", function()
  it("without a comment begins with its name", function()
    assert.matches("^x\n\nusage: sloop run x ", text_of "return {}")
  end)

  it("has only the sections it needs", function()
    local text = text_of "return {}"
    for _, title in ipairs { "options", "sockets", "timers", "parts", "stores", "signals" } do
      assert.is_nil(text:find("\n" .. title, 1, true))
    end
  end)

  it("tells of parts, stores and relays", function()
    local text = text_of([[return {
      sockets = { front = { "router" }, back = { "dealer" } },
      relays = { copy = { "front", "back" } },
      parts = { one = { "other" }, many = { "other", count = 3 } },
      stores = { kept = {} },
    }]], { other = "return {}" })
    assert.matches("front  router  neither binds nor connects by itself  front of relay copy", text)
    assert.matches("\n  one   other\n  many  other  3 copies\n", text)
    assert.matches("stores\n  kept\n", text)
  end)

  it("shows the options of parts, and of their parts", function()
    local text = text_of([[return { parts = { one = { "other", step_size = 3 } } }]], {
      other = "return { options = { step_size = 1 }, limits = { step_size = { min = 1 } },\n"
        .. "parts = { deep = { 'third' } } }",
      third = "return { options = { word = '' } }",
    })
    assert.matches("\n  one +other\n +%-%-one%.step%-size +integer, at least 1 +3\n", text)
    assert.matches("\n +%-%-one%.deep%.word +string +%(none%)\n", text)
  end)

  it("keeps remarks with quotes, dashes and several lines", function()
    local text = text_of([[return { options = {
      a = 1, -- it's "one" -- or two
      b = "--x", -- begins here,
                 -- and goes on
      -- of c
      c = 3,
      d = "-- none",
    } }]])
    assert.matches('%-%-a +integer +1 +it\'s "one" %-%- or two\n', text)
    assert.matches("%-%-b +string +%-%-x +begins here, and goes on\n", text)
    assert.matches("%-%-c +integer +3\n", text)
    assert.matches("%-%-d +string +%-%- none\n", text)
  end)

  it("shows an option without a value", function()
    assert.matches("%-%-topic  string  %(none%)", text_of "return { options = { topic = '' } }")
  end)

  it("aligns what has other letters", function()
    local columns = require "sloop.private.base.columns"
    assert.equal("  é   x\n  ab  y", columns.text({ { "é", "x" }, { "ab", "y" } }, 2, 2))
    assert.equal("a\nb  c", columns.text({ { "a", "" }, { "b", "c" } }, 0, 2))
  end)
end)
