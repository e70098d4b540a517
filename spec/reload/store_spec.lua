--- Reloads of nodes with stores: what stays declared stays open.
local helper = require "spec.helper"
local reloading = require "spec.reloading"

local function node(stores, more)
  return ("return { stores = { %s }, state = {}, %s }"):format(stores, more or "")
end

describe("a store", function()
  after_each(helper.cleanup)

  local data

  local function start(files)
    data = helper.folder()
    return reloading.start(files, { arguments = { "--data=" .. data } })
  end

  -- What is in a store's file.
  local function keys(name)
    local status, out, err = helper.run { "store", data .. "/" .. name .. ".sqlite", "list" }
    assert.equal(0, status, err)
    return out
  end

  it("stays open, with what is not synced yet", function()
    local running = start { ["node.lua"] = node "jobs = {}" }
    running:eval "self.jobs:put('a', 1)"
    running:accept(node("jobs = {}", "version = 1, reloaded = function() end"))
    assert.equal("1", running:eval "self.jobs:get 'a'")
    running:eval "self:spawn(function() self.jobs:sync() end)"
    reloading.wait(function() return keys "jobs" == "a\n" end, "the sync")
  end)

  it("may be added, and is open at once", function()
    local running = start { ["node.lua"] = node "" }
    running:accept(node "jobs = {}")
    running:eval "self.jobs:put('a', 1)"
    assert.equal("1", running:eval "self.jobs:get 'a'")
  end)

  it("that is declared no longer is synced, closed, and can be had again", function()
    local running = start { ["node.lua"] = node "jobs = {}" }
    running:eval "self.jobs:put('a', 1)"
    running:accept(node "")
    reloading.wait(function() return keys "jobs" == "a\n" end, "the sync")
    running:accept(node("jobs = {}", "version = 1"))
    assert.equal("1", running:eval "self.jobs:get 'a'")
  end)

  it("that can't be opened is a refused reload, which leaves the others alone", function()
    local running = start { ["node.lua"] = node "jobs = {}" }
    helper.write(data .. "/bad.sqlite", ("text"):rep(1000))
    local answer = running:change(node "jobs = {}, bad = {}, other = {}")
    assert.matches("store 'bad': .*file is not a database", answer.reason)
    running:eval "self.jobs:put('a', 1)"
    assert.equal("1", running:eval "self.jobs:get 'a'")
    os.remove(data .. "/bad.sqlite")
    running:accept(node "jobs = {}, bad = {}, other = {}")
    assert.equal("nil", running:eval "self.other:get 'a'")
  end)

  it("of a part goes to the role that takes its place", function()
    local owner = "return { state = {}, parts = { p = { '%s' } } }"
    local running = start {
      ["node.lua"] = owner:format "one.lua", ["one.lua"] = node "jobs = {}",
      ["two.lua"] = node("jobs = {}", "init = function(self) self.jobs:put('two', 2) end"),
    }
    running:eval "self.p.jobs:put('one', 1)"
    running:accept(owner:format "two.lua")
    assert.equal("1", running:eval "self.p.jobs:get 'one'")
    assert.equal("2", running:eval "self.p.jobs:get 'two'")
  end)

  it("counts its commits in the node's status", function()
    local running = start { ["node.lua"] = node "jobs = {}" }
    running:eval "self.jobs:put('a', 'x')"
    local stores = running:status().stores
    assert.same({ commits = 0, unsynced = 2 }, stores.jobs)
  end)
end)
