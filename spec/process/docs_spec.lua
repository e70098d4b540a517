--- The examples of the documents print what the documents say.
local documents = require "spec.documents"
local helper = require "spec.helper"

describe("the document", function()
  after_each(helper.cleanup)

  local listing <close> = assert(io.popen "ls docs/*.md")
  for path in listing:lines() do
    it(path .. " is true", function() documents.run(path) end)
  end
end)

describe("sloop help", function()
  after_each(helper.cleanup)

  it("prints chapters, commands, and what there is", function()
    local elsewhere = { cwd = helper.folder() }
    local status, out = helper.run({ "help", "reload" }, elsewhere)
    assert.equal(0, status)
    assert.equal(helper.read "docs/reload.md", out)
    status, out = helper.run({ "help", "run" }, elsewhere)
    assert.equal(0, status)
    assert.matches("^usage: sloop run", out)
    status, out = helper.run({ "help" }, elsewhere)
    assert.equal(0, status)
    for name in helper.read "docs/README.md":gmatch "%(([%w-]+)%.md%)" do
      assert.matches("\n  " .. name:gsub("%-", "%%-") .. " ", out)
    end
  end)

  it("names the nearest for an unknown one", function()
    local status, _, err = helper.run { "help", "relod" }
    assert.equal(2, status)
    assert.matches("did you mean 'reload'", err)
  end)
end)

describe("an example", function()
  after_each(helper.cleanup)

  local function document(text)
    return helper.write(helper.folder() .. "/document.md", text)
  end

  it("that prints something else is found", function()
    local path = document "```console\n$ echo one\none\n$ echo two\nthree\n```\n"
    local ok, reason = pcall(documents.run, path)
    assert.is_false(ok)
    assert.matches("document.md:1: `echo two` prints\ntwo\n.*three", reason)
  end)

  it("may leave out lines, and parts of them", function()
    documents.run(document "```console\n$ seq 5\n1\n...\n5\n$ echo a b c\na … c\n```\n")
    assert.is_false(pcall(documents.run, document "```console\n$ seq 5\n1\n...\n4\n```\n"))
  end)

  it("that does not compile is found", function()
    documents.run(document "```lua\nlocal x = 1\n```\n```lua\nx = { 1 }, y = 2\n```\n")
    assert.is_false(pcall(documents.run, document "```lua\nlocal = 1\n```\n"))
  end)

  it("that waits for a line that does not come is found", function()
    assert.is_false(pcall(documents.run, document "```console background\n$ true\nready\n```\n"))
  end)
end)
