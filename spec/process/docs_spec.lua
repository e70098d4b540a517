--- The examples of the documents print what the documents say.
--
-- spec/documents/document.lua runs a document and says what its blocks mean;
-- spec/documents/exceptions.lua names the blocks that are not run, each with the reason.
local document = require "spec.documents.document"
local exceptions = require "spec.documents.exceptions"
local helper = require "spec.helper"
local printed = require "spec.documents.printed"
local process = require "spec.process"

local AT_ONCE <const> = 6      -- documents; they wait most of the time
local LIMIT <const> = 300000   -- ms for all, on a busy machine
local TRIES <const> = 3        -- of one: its nodes stand still for long on such a machine

local function documents()
  local found = {}
  local listing <close> = assert(io.popen "ls *.md docs/*.md bench/*.md patterns/*/README.md")
  for path in listing:lines() do table.insert(found, path) end
  return found
end

describe("the document", function()
  local paths, runs, started = documents(), {}, 0

  local function start(path)
    runs[path] = helper.start(helper.release, { "lua", "spec/documents/main.lua", path })
  end

  local function start_next()
    if not paths[started + 1] then return end
    start(paths[started + 1])
    started = started + 1
  end

  -- Until the document at `path` has been run; others go on beside it.
  local function wait_for(path)
    return process.wait_until(function()
      local running = 0
      for _, run in pairs(runs) do running = running + (run:has_ended() and 0 or 1) end
      for _ = running + 1, AT_ONCE do start_next() end
      return runs[path] and runs[path]:has_ended()
    end, LIMIT)
  end

  teardown(helper.cleanup)

  for _, path in ipairs(paths) do
    it(path .. " is true", function()
      assert.is_true(wait_for(path), path .. " takes too long")
      for _ = 2, TRIES do
        if runs[path].status == 0 then break end
        start(path)
        runs[path]:wait(LIMIT)
      end
      assert.equal(0, runs[path].status, table.concat(runs[path].lines, "\n"))
    end)
  end

  it("that has an exception is there", function()
    local there = {}
    for _, path in ipairs(paths) do there[path] = true end
    for path, blocks in pairs(exceptions) do
      assert.is_true(there[path], path)
      for beginning, reason in pairs(blocks) do
        assert.is_true(#reason > 0, beginning)
        for spec in reason:gmatch "spec/[%w_/]+%.lua" do helper.read(spec) end
      end
    end
  end)
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

  local function run(text, excepted)
    local path = helper.write(helper.folder() .. "/document.md", text)
    local ok, reason = pcall(document.run, path, excepted)
    return ok and "true" or reason
  end

  it("that prints something else is found", function()
    local found = run "```console\n$ echo one\none\n$ echo two\nthree\n```\n"
    assert.matches("document.md:1: `echo two` prints\ntwo\n.*three", found)
    assert.matches("`echo` prints", run "```console\n$ echo\nhello\n```\n")
    assert.matches("`seq 2` prints", run "```console\n$ seq 2\n1\n```\n")
  end)

  it("may leave out lines, and parts of them", function()
    assert.equal("true", run "```console\n$ seq 5\n1\n...\n5\n$ echo a b c\na … c\n```\n")
    assert.matches("prints", run "```console\n$ seq 5\n1\n...\n4\n```\n")
  end)

  it("may go on in the next line", function()
    assert.equal("true", run "```console\n$ echo one \\\n  two\none two\n```\n")
  end)

  it("in terminals is a beginning, and all of what a program prints that has ended", function()
    assert.equal("true", run [[
```lua says.lua
return { init = function() print(1) print(2) end, sockets = { x = { "pull", bind = "inproc://x" } },
         on = { x = function() end } }
```
```console terminals
$ sloop run says.lua
1
$ seq 2
1
2
```
]])
    assert.matches("`echo 2` prints\n2\n", run "```console terminals\n$ echo 2\n3\n```\n")
    assert.is_true(printed.agree({ "1", "2" }, { "1" }, false))
    assert.is_false(printed.agree({ "1", "2" }, { "1" }, true))
    assert.is_false(printed.agree({ "1" }, { "1", "2" }, false))
  end)

  it("in a terminal that fails is found", function()
    assert.matches("it ended with", run [[
```console terminals
$ sloop run lazy_pirate/client --retries=1 --timeout=1
...
sloop: request 1: tcp://localhost:5555 is offline
```
]])
  end)

  it("has ports and files of its own", function()
    assert.equal("true", run [[
```lua echo.lua
return { sockets = { clients = { "rep", bind = "tcp://*:5555" } },
         on = { clients = function(_, ...) return ... end } }
```
```console terminals
$ sloop run echo.lua
$ sloop run lazy_pirate/client --requests=1
12:00:00.000 lazy_pirate.client: request 1: answered
```
```console
$ sloop ctl echo eval self.clients.endpoint
"tcp://0.0.0.0:5555"
```
]])
  end)

  it("that is neither run nor excepted is found", function()
    for _, text in ipairs {
      "```\nsloop run x\n```\n", "```lua\nlocal x = 1\n```\n", "    sloop run x\n",
      "```text\nsloop run x\n```\n", "```sh\necho\n```\n",
    } do
      assert.matches("no example, no picture, and no exception", run(text))
      assert.equal("true", run(text, { [text:match "sloop run x" or text:match "\n(.-)\n"] = "y" }))
    end
    assert.equal("true", run "```text\na ──▶ b\n```\n")
    assert.matches("nothing runs a.lua", run "```lua a.lua\nreturn {}\n```\n")
  end)

  it("in the prose is found when its role, file or option is not there", function()
    assert.equal("true", run "`sloop run pair/pong`, `sloop run NAME`,\n`sloop sim pair/topology`")
    assert.matches("md:3: `sloop check pair/pang`: .*unknown", run "a\n\n`sloop run pair/pang`")
    assert.matches("unknown option '%-%-sead'", run "`sloop sim pair/topology --sead=1`")
  end)

  it("in the help of a command names what is there", function()
    local _, overview = helper.run_program(helper.release, { "--help" })
    local examples = {}
    for name in overview:gmatch "\n  sloop (%l+)" do
      local _, out = helper.run_program(helper.release, { name, "--help" })
      for example in out:gmatch "\n  (sloop [^\n]+)" do
        table.insert(examples, "`" .. example .. "`")
      end
    end
    assert.is_true(#examples > 5)
    assert.equal("true", run(table.concat(examples, "\n")))
  end)

  it("that is excepted and not there is found", function()
    assert.matches("not there: make", run("text\n", { ["make"] = "y" }))
  end)
end)
