--- Where new code comes from: SIGHUP, --watch, modules, files that replace built-in ones.
local helper = require "spec.helper"
local reloading = require "spec.reloading"
local uv = require "luv"

local function saying(word)
  return ("return { state = {}, say = function() return %q end }"):format(word)
end

local function requiring(module)
  return ("local m = require %q return { state = {}, say = function() return m end }")
    :format(module)
end

describe("SIGHUP", function()
  after_each(helper.cleanup)

  it("reloads, and says so or why not", function()
    local node = reloading.start { ["node.lua"] = saying "one" }
    node:write("node.lua", saying "two")
    node.process:signal "sighup"
    node:line "reloaded: generation 2 %(%x+%)"
    assert.equal('"two"', node:eval "self:say()")
    node:write("node.lua", "return {")
    node.process:signal "sighup"
    node:line "warning: reload refused, the old code goes on: node%.lua:1: unexpected"
    assert.equal('"two"', node:eval "self:say()")
    assert.equal(1, node:status().reloads.done)
    assert.equal(1, node:status().reloads.refused)
  end)

  it("while the node starts is done when it has started", function()
    local folder = helper.folder()
    local function role(word)
      return ([[return {
        init = function(self) self:log "waits" self:wait("never", 200) end,
        main = function(self)
          self:log %q
          if %q == "new" then return 0 end
          self:wait "never"
        end }]]):format(word, word)
    end
    local path = helper.write(folder .. "/node.lua", role "old")
    local process = helper.sloop { "run", path, "--control=none" }
    process:line "waits"
    helper.write(path, role "new")
    process:signal "sighup"
    process:line "reload: when 'init' has ended"
    process:line "reloaded: generation 2"
    process:line "new"
    assert.equal(0, (process:wait()))
  end)

  it("while the node starts ends nothing when the new code is refused", function()
    local path = helper.write(helper.folder() .. "/node.lua", [[return {
      init = function(self) self:log "waits" self:wait("never", 200) end,
      main = function(self) self:sleep(100) return 0 end }]])
    local process = helper.sloop { "run", path, "--control=none" }
    process:line "waits"
    helper.write(path, "return {")
    process:signal "sighup"
    process:line "reload refused, the old code goes on"
    assert.equal(0, (process:wait()))
  end)

  it("of files that say what runs already is no new generation", function()
    local text = [[return {
      state = { said = "" },
      timers = { once = 1 },
      on = { once = function(self) self:wait "go" self.said = self.said .. "done" end } }]]
    local node = reloading.start { ["node.lua"] = text }
    for _ = 1, 5 do assert.is_true(node:reload().ok) end
    node:line "reload: the files hold what runs already: generation 1"
    assert.equal(1, node:status().generation)
    node:wait_for "self:wake 'go' == 1"
    assert.matches('^"done', node:eval "self.said")
  end)
end)

describe("a reload", function()
  after_each(helper.cleanup)

  it("takes no file that is still being written", function()
    local node = reloading.start {
      ["node.lua"] = "return { state = {}, say = function() return 'one' end }" }
    local file = assert(io.open(node.folder .. "/node.lua", "w"))
    file:write "return { state = {}, say = function() return 'two' end }"
    file:flush()
    assert.matches("node.lua is being written", node:reload().reason)
    assert.equal('"one"', node:eval "self:say()")
    file:close()
    assert.is_true(node:reload().ok)
    assert.equal('"two"', node:eval "self:say()")
  end)

  it("loads modules anew, and those they require", function()
    local node = reloading.start {
      ["node.lua"] = [[local a = require "a"
        return { state = {}, say = function() return a.say() end }]],
      ["a.lua"] = 'local b = require "lib.b" return { say = function() return "a" .. b end }',
      ["lib/b.lua"] = 'return "1"',
    }
    assert.equal('"a1"', node:eval "self:say()")
    local hash = node:status().hash
    node:write("lib/b.lua", 'return "2"')
    assert.is_true(node:reload().ok)
    assert.equal('"a2"', node:eval "self:say()")
    assert.not_equal(hash, node:status().hash)
    node:write("lib/b.lua", 'return "1"')
    assert.is_true(node:reload().ok)
    assert.equal(hash, node:status().hash)
  end)

  it("announces the hash of the code that runs, not of what the file has become", function()
    local node = reloading.start { ["node.lua"] = saying "one" }
    local hash = node:status().hash
    node:write("node.lua", saying "two")
    assert.equal(hash, node:status().hash)
    node:change "return {"
    assert.equal(hash, node:status().hash)
  end)

  it("gives the old modules back when it is refused", function()
    local node = reloading.start {
      ["node.lua"] = [[local a = require "a"
        return { state = {}, same = function() return require "a" == a end }]],
      ["a.lua"] = "return {}",
    }
    node:change 'require "a" error "no"'
    assert.equal("true", node:eval "self:same()")
  end)

  it("takes a file that replaces a built-in one, from SLOOP_PATH, and back", function()
    local folder = helper.folder()
    local node = reloading.start({}, { role = "pair/pong", env = { SLOOP_PATH = folder },
      arguments = { "--peer.bind=tcp://127.0.0.1:*" } })
    local endpoint = node:eval "self.peer.endpoint"
    assert.equal("patterns/pair/pong.lua", node:status().role)
    local text = helper.read(helper.root .. "/patterns/pair/pong.lua")
    helper.write(folder .. "/patterns/pair/pong.lua",
      (text:gsub("return pong%s*$", "function pong.mine() return 'mine' end\nreturn pong\n")))
    assert.is_true(node:reload().ok)
    assert.equal(folder .. "/patterns/pair/pong.lua", node:status().role)
    assert.equal('"mine"', node:eval "self:mine()")
    assert.equal(endpoint, node:eval "self.peer.endpoint")
    os.remove(folder .. "/patterns/pair/pong.lua")
    assert.is_true(node:reload().ok)
    assert.equal("nil", node:eval "self.mine")
    assert.equal(endpoint, node:eval "self.peer.endpoint")
  end)

  it("takes a file of the working tree in the place of a built-in part and module", function()
    local node = reloading.start { ["node.lua"] = [[local mdp = require "majordomo/mdp"
      return { state = {}, parts = { p = { "pair/pong", peer = { bind = "inproc://x" } } },
               mine = function() return mdp.mine end }]] }
    local p = node:eval "tostring(self.p)"
    assert.equal("nil", node:eval "self:mine()")
    local text = helper.read(helper.root .. "/patterns/pair/pong.lua")
    node:write("patterns/pair/pong.lua",
      (text:gsub("return pong%s*$", "function pong.mine() return 'mine' end\nreturn pong\n")))
    node:write("patterns/majordomo/mdp.lua", "return { mine = 'my mdp' }")
    assert.is_true(node:reload().ok)
    assert.equal('"mine"', node:eval "self.p:mine()")
    assert.equal('"my mdp"', node:eval "self:mine()")
    assert.equal(p, node:eval "tostring(self.p)") -- the same instance
  end)
end)

describe("--watch", function()
  after_each(helper.cleanup)

  local WORD <const> = requiring "word"
  local node
  before_each(function()
    node = reloading.start({ ["node.lua"] = WORD, ["word.lua"] = "return 'one'" },
      { arguments = { "--watch" } })
  end)

  local function says(word)
    node:wait_for("self:say() == %q", word)
  end

  it("sees a file that is written in place", function()
    node:write("word.lua", "return 'two'")
    says "two"
  end)

  it("sees a file that is written beside and renamed", function()
    node:write("word.lua.new", "return 'two'")
    assert(os.rename(node.folder .. "/word.lua.new", node.folder .. "/word.lua"))
    says "two"
  end)

  it("sees a file that is moved away and written anew", function()
    assert(os.rename(node.folder .. "/word.lua", node.folder .. "/word.lua~"))
    node:write("word.lua", "return 'two'")
    says "two"
    assert.equal(0, node:status().reloads.refused)
  end)

  it("waits for a file that is deleted and created again", function()
    os.remove(node.folder .. "/word.lua")
    reloading.pass(150)
    node:write("word.lua", "return 'two'")
    says "two"
    assert.equal(0, node:status().reloads.refused)
  end)

  it("waits for an editor that truncates, then writes in pieces", function()
    local file <close> = assert(io.open(node.folder .. "/word.lua", "w"))
    file:setvbuf "no"
    for _, piece in ipairs { "return 't'", "\n  .. 'w'", "\n  .. 'o'" } do
      file:write(piece) -- each beginning is good Lua
      reloading.pass(120)
      assert.equal('"one"', node:eval "self:say()")
    end
    file:close()
    says "two"
    assert.equal(1, node:status().reloads.done)
    assert.equal(0, node:status().reloads.refused)
  end)

  it("waits for a file that is empty for a while", function()
    node:write("word.lua", "")
    reloading.pass(150)
    node:write("word.lua", "return 'two'")
    says "two"
    assert.equal(1, node:status().reloads.done)
    assert.equal(0, node:status().reloads.refused)
  end)

  it("reloads once for a burst", function()
    for i = 1, 50 do node:write("word.lua", ("return 'try %d'"):format(i)) end
    node:write("word.lua", "return 'two'")
    says "two"
    assert.is_true(node:status().reloads.done < 4) -- once, unless this process was held up
    assert.equal(0, node:status().reloads.refused)
  end)

  it("waits until several files that belong together are all there", function()
    os.remove(node.folder .. "/word.lua")
    node:write("node.lua", requiring "word" .. "-- edited")
    reloading.pass(150)
    assert.equal('"one"', node:eval "self:say()")
    node:write("word.lua", "return 'two'")
    says "two"
    assert.equal(0, node:status().reloads.refused)
  end)

  it("doesn't for a file that says the same, or one that is not its", function()
    node:write("word.lua", "return 'one'")
    node:write("other.lua", "return {")
    reloading.pass(200)
    node:write("word.lua", "return 'two'")
    says "two"
    assert.equal(1, node:status().reloads.done)
  end)

  it("tries again when what was wrong is mended, also in a file that is new", function()
    node:write("more.lua", "return {")
    node:write("node.lua", requiring "more")
    node:line "refused.*more%.lua:1"
    node:write("other.lua", "something else happens in the folder")
    reloading.pass(150)
    assert.equal(1, node:status().reloads.refused)
    node:write("more.lua", "return 'more'")
    says "more"
  end)

  it("tries again when the module that was missing is there", function()
    node:write("node.lua", requiring "late")
    node:line "refused.*module 'late' not found"
    node:write("late.lua", "return 'late'")
    says "late"
  end)

  it("takes new code that needs a file no more, which is gone", function()
    os.remove(node.folder .. "/word.lua")
    node:write("node.lua", saying "alone")
    says "alone"
    assert.equal(0, node:status().reloads.refused)
    local done = node:status().reloads.done
    node:write("word.lua", "return 'nobody asks'")
    reloading.pass(150)
    assert.equal(done, node:status().reloads.done)
  end)

  it("watches folders that new code brought along", function()
    node:write("lib/new.lua", "return 'new'")
    node:write("node.lua", requiring "lib.new")
    says "new"
    node:write("lib/new.lua", "return 'newer'")
    says "newer"
  end)

  it("goes on when its files are all gone", function()
    os.remove(node.folder .. "/word.lua")
    os.remove(node.folder .. "/node.lua")
    reloading.pass(100)
    assert.equal('"one"', node:eval "self:say()")
    node:write("node.lua", saying "back")
    says "back"
  end)

  it("understands a link that is turned to another file", function()
    node:write("v1.lua", "return 'v1'")
    node:write("v2.lua", "return 'v2'")
    local link = node.folder .. "/word.lua"
    for _, version in ipairs { "v1", "v2" } do
      assert(uv.fs_symlink(node.folder .. "/" .. version .. ".lua", link .. ".new"))
      assert(os.rename(link .. ".new", link))
      says(version)
    end
  end)
end)
