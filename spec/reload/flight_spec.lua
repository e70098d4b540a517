--- What is under way when the code changes: handlers that wait, tasks, `main`.
local helper = require "spec.helper"
local reloading = require "spec.reloading"

-- A server whose handler waits until it is told to go on; `word` tells the generations apart.
local WAITING <const> = [[
return {
  version = %d,
  migrate = function(old) return old end,
  state = { said = {} },
  sockets = { a = { "rep", bind = "tcp://127.0.0.1:*" } },
  on = {
    a = function(self, text)
      local guard <close> = setmetatable({}, { __close = function()
        table.insert(self.said, "%s closed")
      end })
      self:wait "go"
      return "%s " .. text
    end,
  },
}]]

local function waiting(word, version) return WAITING:format(version or 1, word, word) end

describe("a handler that waits", function()
  after_each(helper.cleanup)

  local node, peer
  before_each(function()
    node = reloading.start { ["node.lua"] = waiting "old" }
    peer = reloading.peer("req", node:endpoint "a")
    peer:send "x"
    reloading.wait(function() return node:status().waiting == 1 end)
  end)

  it("finishes in the code it began with when the version is the same", function()
    node:accept(waiting "new")
    assert.equal(1, node:status().waiting)
    node:eval "self:wake 'go'"
    peer:wait_got(1)
    assert.equal("old x", peer:got())
    assert.equal('"old closed"', node:eval "self.said[1]")
    peer:send "y"
    reloading.wait(function() return node:eval "self:wake 'go'" == "1" end)
    peer:wait_got(2)
    assert.equal("old x new y", peer:got())
  end)

  it("is closed when the version changed: <close> runs, and whoever asked is answered", function()
    node:accept(waiting("new", 2))
    assert.equal('"old closed"', node:eval "self.said[1]")
    assert.equal(0, node:status().waiting)
    peer:wait_got(1)
    assert.equal("", peer:got())
    peer:send "y"
    reloading.wait(function() return node:eval "self:wake 'go'" == "1" end)
    peer:wait_got(2)
    assert.equal(" new y", peer:got())
  end)

  it("is closed when it outlives a second reload, and the log says where", function()
    node:accept(waiting "newer")
    node:accept(waiting "newest")
    node:line "node%.lua:11: closed a task that has outlived two reloads"
    assert.equal(0, node:status().waiting)
    peer:wait_got(1)
    assert.equal("", peer:got())
  end)

  it("has time to end after a second reload, and a third", function()
    node:accept(waiting "newer")
    node:accept(waiting "newest")
    node:accept(waiting "last")
    assert.equal(1, node:status().waiting)
    node:eval "self:wake 'go'"
    peer:wait_got(1)
    assert.equal("old x", peer:got())
  end)

  it("goes on when a reload is refused", function()
    assert.is_false(node:change("return {").ok)
    assert.equal(1, node:status().waiting)
    node:eval "self:wake 'go'"
    peer:wait_got(1)
    assert.equal("old x", peer:got())
  end)

  it("calls methods of the new code", function()
    local with = "return { state = { got = {} }, word = function() return %q end, "
      .. "init = function(self) self:spawn(function() self:wait 'go' "
      .. "table.insert(self.got, self:word()) end) end }"
    local other = reloading.start { ["node.lua"] = with:format "old" }
    other:accept(with:format "new")
    other:eval "self:wake 'go'"
    other:wait_for "self.got[1] == 'new'"
  end)
end)

describe("main", function()
  after_each(helper.cleanup)

  local MAIN <const> = [[
    return {
      version = %d, migrate = function(old) return old end,
      state = { said = {} },
      main = function(self)
        local guard <close> = setmetatable({}, { __close = function()
          table.insert(self.said, "%s closed")
        end })
        table.insert(self.said, "%s")
        self:wait "end"
        return nil, "%s ended"
      end,
    }]]
  local function main(word, version) return MAIN:format(version or 1, word, word, word) end

  for name, version in pairs { ["the same"] = 1, ["another"] = 2 } do
    it("starts again at a reload, with a version that is " .. name, function()
      local node = reloading.start { ["node.lua"] = main "one" }
      node:wait_for "#self.said == 1"
      node:accept(main("two", version))
      node:wait_for "#self.said == 3"
      assert.equal('"one one closed two"', node:eval "table.concat(self.said, ' ')")
      assert.equal(1, node:status().waiting)
      node:eval "self:wake 'end'"
      assert.equal(1, (node.process:wait()))
      node:line "two ended"
    end)
  end

  it("does not start again when a reload is refused", function()
    local node = reloading.start { ["node.lua"] = main "one" }
    node:wait_for "#self.said == 1"
    node:change "return 1"
    assert.equal('"one"', node:eval "table.concat(self.said, ' ')")
  end)

  it("may be added, and taken away", function()
    local none = "return { state = { said = {} } }"
    local node = reloading.start { ["node.lua"] = none }
    node:accept(main "one")
    node:wait_for "#self.said == 1"
    node:accept(none)
    assert.equal(0, node:status().waiting)
    assert.equal('"one one closed"', node:eval "table.concat(self.said, ' ')")
  end)
end)

describe("reloaded", function()
  after_each(helper.cleanup)

  it("is called after each swap, with the new code, and may wait", function()
    local text = [[return { state = { said = {} }, reloaded = function(self)
      self:sleep(1) table.insert(self.said, %q) end }]]
    local node = reloading.start { ["node.lua"] = text:format "a" }
    assert.equal("0", node:eval "#self.said")
    node:accept(text:format "b")
    node:wait_for "self.said[1] == 'b'"
    node:accept(text:format "c")
    node:wait_for "self.said[2] == 'c'"
  end)

  it("may fail, and the new code goes on", function()
    local node = reloading.start { ["node.lua"] = "return { state = { n = 0 } }" }
    node:accept "return { state = { n = 0 }, reloaded = function() error 'no luck' end }"
    node:line "node%.lua:1: no luck"
    assert.equal(2, node:status().generation)
  end)
end)

describe("the end of a node", function()
  after_each(helper.cleanup)

  it("is as the new code says", function()
    local node = reloading.start { ["node.lua"] = "return { state = { n = 0 } }" }
    node:accept "return { state = { n = 0 }, stop = function(self) self:log 'new stop' end }"
    node.process:signal "sigterm"
    node:line "new stop"
    assert.equal(0, (node.process:wait()))
  end)

  it("refuses a reload once it began, and is not held up by it", function()
    local node = reloading.start {
      ["node.lua"] = "return { state = { n = 0 }, stop = function(self) self:wait 'end' end }",
    }
    node:ask "stop"
    local answer = node:change "return { state = { n = 0 } }"
    assert.matches("starting or stopping", answer.reason)
    assert.matches("starting or stopping", node:ask("set", { settings = {} }).reason)
    node:eval "self:wake 'end'"
    assert.equal(0, (node.process:wait()))
  end)
end)

describe("generations that are over", function()
  after_each(helper.cleanup)

  -- Counts, in a weak table that outlives reloads, what each generation is made of.
  local COUNTED <const> = [[
    local module = require "module"
    local registry = debug.getregistry()
    registry.alive = registry.alive or setmetatable({}, { __mode = "k" })
    local alive = registry.alive
    local role = {
      state = { list = {} },
      sockets = { a = { "pull", bind = "inproc://a" } },
      timers = { t = 1 },
      on = { a = function() end, t = function() end },
      main = function(self) self:wait "never" end,
      reloaded = function(self) self:wait "again" return module end,
    }
    alive[role], alive[role.on.a], alive[role.main], alive[module] = true, true, true, true
    return role]]

  local COUNT <const> = [[
    (function()
      collectgarbage() collectgarbage()
      local count = 0
      for _ in pairs(debug.getregistry().alive) do count = count + 1 end
      return count
    end)()]]

  it("leave nothing behind, whatever waits", function()
    local node = reloading.start({ ["node.lua"] = COUNTED, ["module.lua"] = "return {}" })
    assert.equal("4", node:eval(COUNT))
    for _ = 1, 20 do
      node:renew()
      node:change "return {"
      node:accept(COUNTED)
    end
    -- The present one, and of those before what their `reloaded` needs, which wait.
    node:wait_for(COUNT:gsub("%%", "%%%%") .. " == 5")
    node:eval "self:wake 'again'"
    node:wait_for(COUNT:gsub("%%", "%%%%") .. " == 4")
  end)

  local RELOADS <const> = os.getenv "SOAK" and 10000 or 500
  it(("leave memory as it was after %d reloads"):format(RELOADS), function()
    local node = reloading.start({ ["node.lua"] = COUNTED, ["module.lua"] = "return {}" },
      { program = helper.release, arguments = { "--probation=1" } })
    local function memory() -- when the tasks that outlived two reloads are closed
      reloading.wait(function() return node:status().waiting <= 3 end)
      node:eval "collectgarbage() collectgarbage()"
      return node:status().memory
    end
    local function reload(times)
      for _ = 1, times do
        local answer = node:renew()
        assert.is_nil(answer.reason)
      end
    end
    reload(RELOADS) -- Lua's tables grow to what so many tasks at once take, and stay so large
    local before = memory()
    reload(RELOADS)
    local after = memory()
    -- A generation is more than 10 KiB, so one that is kept would show.
    assert.is_true(after < before + 64 * RELOADS, ("%d bytes, then %d"):format(before, after))
  end)
end)
