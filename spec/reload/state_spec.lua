--- What a node remembers across a reload, and what it can't.
local helper = require "spec.helper"
local reloading = require "spec.reloading"

describe("the state", function()
  after_each(helper.cleanup)

  it("stays, and new fields have their first values", function()
    local node = reloading.start { ["node.lua"] = "return { state = { n = 1, list = {} } }" }
    node:eval "table.insert(self.list, 'x')"
    node:eval "rawset(self, 'n', 7)"
    node:accept "return { state = { n = 2, list = { 'y' }, more = { 1, 2 } } }"
    assert.equal("7", node:eval "self.n")
    assert.equal('"x"', node:eval "self.list[1]")
    assert.equal("2", node:eval "#self.more")
    node:eval "table.insert(self.more, 3)"
    node:accept "return { state = { n = 2, list = { 'y' }, more = { 1, 2 } } }"
    assert.equal("3", node:eval "#self.more")
  end)

  it("keeps a field nobody declares any more, in case it comes back", function()
    local node = reloading.start { ["node.lua"] = "return { state = { a = 1, b = 1 } }" }
    node:eval "rawset(self, 'b', 5)"
    node:accept "return { state = { a = 1 } }"
    node:accept "return { state = { a = 1, b = 1 } }"
    assert.equal("5", node:eval "self.b")
  end)

  it("gives a name up for what else is called so", function()
    local node = reloading.start { ["node.lua"] = "return { state = { a = 1, b = 1 } }" }
    node:accept "return { state = { a = 1 }, b = function() return 'method' end }"
    assert.equal('"method"', node:eval "self:b()")
  end)

  it("is migrated on a copy, in which what was shared still is", function()
    local node = reloading.start { ["node.lua"] = [[
      return { version = 3, state = { a = {}, b = {}, n = 4 },
               init = function(self) self.a.x = self.b end }]] }
    node:accept [[
      return { version = 5, state = { pair = {}, from = 0, fresh = "first" },
        migrate = function(old, from)
          return { pair = { old.a.x, old.b }, from = from }
        end }]]
    assert.equal("true", node:eval "self.pair[1] == self.pair[2]")
    assert.equal("3", node:eval "self.from")
    assert.equal('"first"', node:eval "self.fresh")
    assert.equal("nil", node:eval "rawget(self, 'n')")
  end)

  it("may go back to an older version", function()
    local text = "return { version = %d, state = { n = 0 }, "
      .. "migrate = function(old, from) return { n = old.n * 10 + from } end }"
    local node = reloading.start { ["node.lua"] = text:format(2) }
    node:accept(text:format(1))
    node:accept(text:format(3))
    assert.equal("21", node:eval "self.n")
  end)

  it("survives what cyclic and deep data there is", function()
    local text = "return { version = %d, state = { t = {} }, "
      .. "migrate = function(old) return old end }"
    local node = reloading.start { ["node.lua"] = text:format(1) }
    node:eval [[(function()
      local at = self.t
      for i = 1, 10000 do at.next = { back = at, i = i } at = at.next end
    end)()]]
    node:accept(text:format(2))
    assert.equal("true", node:eval "self.t.next.back == self.t")
    assert.equal("2", node:eval "self.t.next.next.i")
  end)
end)

describe("what is no plain data in the state", function()
  after_each(helper.cleanup)

  local ROLE <const> = [[return {
    state = { workers = {} },
    init = function(self) self.workers.w1 = { retry = %s } end,
  }]]

  for value, words in pairs {
    ["print"] = "is a function", ["coroutine.create(print)"] = "is a thread",
    ["io.stderr"] = "is a userdata", ["setmetatable({}, {})"] = "is a table with a metatable",
    ["{ [print] = 1 }"] = "is a table with a function as key",
  } do
    it("is named at the start and at a reload: " .. words, function()
      local node = reloading.start { ["node.lua"] = ROLE:format(value) }
      node:line("warning: self%.workers%.w1%.retry" .. words:gsub("^is", " is"))
      node:accept "return { state = { workers = {} } }"
      node:line("warning: node%.lua: self%.workers%.w1%.retry" .. words:gsub("^is", " is"))
    end)
  end

  it("ends the node at the start with --strict", function()
    local path = helper.write(helper.folder() .. "/node.lua", ROLE:format "print")
    local status, _, err = helper.run { "run", path, "--strict", "--control=none" }
    assert.equal(1, status)
    assert.matches("self%.workers%.w1%.retry is a function", err)
  end)

  it("refuses a reload with --strict", function()
    local role = "return { state = { workers = {} } }"
    local node = reloading.start({ ["node.lua"] = role }, { arguments = { "--strict" } })
    node:eval "rawset(self.workers, 'w1', { retry = print })"
    assert.matches("node%.lua: self%.workers%.w1%.retry is a function", node:change(role).reason)
    node:eval "rawset(self.workers, 'w1', nil)"
    node:accept(role)
  end)

  it("is not the host's own objects", function()
    local node = reloading.start({ ["node.lua"] = [[return {
      state = { pool = {} }, sockets = { a = { "pair", bind = "inproc://a" } },
      init = function(self)
        self.pool[1] = self.a
        self.pool[2] = self:open { "pair", connect = "inproc://a" }
      end }]] }, { arguments = { "--strict" } })
    assert.is_true(node:reload().ok)
    assert.equal("true", node:eval "self.pool[2]:try_send 'x'")
  end)
end)

describe("a local of the file", function()
  after_each(helper.cleanup)

  it("that changed since it was loaded is named when a reload resets it", function()
    local role = [[
      local seen, count, WORDS = {}, 0, { "a", "b" }
      local cache = { deep = { n = 0 } }
      local function note(x) seen[x] = true end
      return {
        state = { n = 0 },
        touch = function() note "x" count = count + 1 cache.deep.n = 5 return WORDS[1] end,
      }]]
    local node = reloading.start { ["node.lua"] = role }
    node:accept(role)
    node:eval "self:touch()"
    node:accept(role)
    node:line "warning: node%.lua: cache: this local of the file had changed.*'state'"
    node:line "warning: node%.lua: count"
    node:line "warning: node%.lua: seen"
    node:accept(role)
    node:line "generation 4"
    assert.is_false(node:has_line "WORDS")
    local warnings = 0
    for _, line in ipairs(node.process.lines) do
      warnings = warnings + (line:find "this local of the file" and 1 or 0)
    end
    assert.equal(3, warnings)
  end)

  it("of a module is named too", function()
    local node = reloading.start {
      ["node.lua"] = [[local counter = require "counter"
        return { state = { n = 0 }, touch = function() return counter.next() end }]],
      ["counter.lua"] = [[local last = 0
        return { next = function() last = last + 1 return last end }]],
    }
    node:eval "self:touch()"
    assert.is_true(node:renew().ok)
    node:line "warning: counter%.lua: last"
    assert.equal("1", node:eval "self:touch()")
  end)
end)
