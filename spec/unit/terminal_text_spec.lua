--- Chapters as a terminal shows them.
local terminal_text = require "sloop.private.command.terminal_text"

describe("a chapter on a terminal", function()
  local function shown(markdown, columns)
    return (terminal_text.from(markdown, columns or 40):gsub("\27%[1m", "<"):gsub("\27%[0m", ">"))
  end

  it("has paragraphs and lists of its width", function()
    local text = "one two\nthree four five\n\nsix\n"
    assert.equal("one two three\nfour five\n\nsix\n", shown(text, 14))
    assert.equal("- one two\n  three\n- four\n", shown("- one two three\n- four\n", 10))
    assert.equal("10. one two\n    three\n", shown("10. one two three\n", 12))
  end)

  it("keeps code as it is, below the name of its file", function()
    assert.equal("  <a.lua>\n  return   1\n\n  $ ls  -l\n",
      shown "```lua a.lua\nreturn   1\n```\n\n```console terminals\n$ ls  -l\n```\n")
  end)

  it("has bold headings, and bold words over several lines", function()
    assert.equal("<What self has>\n", shown "# What `self` has\n")
    assert.equal("a <bold>\n<word> here\n", shown("a **bold word** here\n", 9))
  end)

  it("names the command for a link to a chapter", function()
    assert.equal("see `sloop help reload`, a folder\n",
      shown "see [reload](reload.md), [a folder](../x)\n")
    assert.equal("the code (`sloop help reload`)\n", shown "[the code](reload.md#what)\n")
  end)

  it("has aligned tables, whose widest columns give way", function()
    local text = "| a | b |\n|---|---|\n| `x` | one two |\n| yy \\| z | three |\n"
    assert.equal("<a       b>\n`x`     one two\nyy | z  three\n", shown(text))
    assert.equal("<a          b>\n\nlong long  x\nlong long\n",
      shown("| a | b |\n|---|---|\n| long long long long | x |\n", 12))
  end)

  it("loses no word of a document", function()
    local listing <close> = assert(io.popen "ls docs/*.md")
    for path in listing:lines() do
      local file <close> = assert(io.open(path))
      local text = file:read "a"
      local out = terminal_text.from(text, 60)
      for word in text:gsub("```%C*", ""):gsub("%b[]%b()", ""):gmatch "%w+" do
        assert.truthy(out:find(word, 1, true), path .. ": " .. word)
      end
    end
  end)
end)
