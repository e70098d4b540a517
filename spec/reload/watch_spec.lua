--- --watch, when it is not the file that changes but the way to it: folders and links.
local helper = require "spec.helper"
local reloading = require "spec.reloading"
local uv = require "luv"

local NODE <const> = [[
local m = require "word"
return { state = {}, say = function() return m end }]]

local function saying(word) return ("return %q"):format(word) end

describe("--watch", function()
  after_each(helper.cleanup)

  -- A node whose role is app/node.lua and says what app/word.lua returns, "one".
  local node
  local function start(options)
    options = options or {}
    options.role = options.role or "app/node.lua"
    options.arguments = { "--watch" }
    node = reloading.start({ ["app/node.lua"] = NODE, ["app/word.lua"] = saying "one" }, options)
  end

  local function path(name) return node.folder .. "/" .. name end
  local function move(from, to) assert(os.rename(path(from), path(to))) end
  local function remove(name) assert(os.execute("rm -r '" .. path(name) .. "'")) end
  local function link(to, name) assert(uv.fs_symlink(to, path(name))) end

  local function write(word, folder)
    node:write((folder or "app") .. "/node.lua", NODE)
    node:write((folder or "app") .. "/word.lua", saying(word))
  end

  local function says(word)
    node:wait_for("self:say() == %q", word)
    assert.equal(0, node:status().reloads.refused)
  end

  -- It sees what happens to the file from now on, too.
  local function says_and_watches(word)
    says(word)
    node:write("app/word.lua", saying(word .. " again"))
    says(word .. " again")
  end

  it("sees a module that a handler was the first to require", function()
    node = reloading.start({
      ["node.lua"] = [[return { state = {},
        say = function() return pcall(require, "late") and require "late" or "none" end }]],
    }, { arguments = { "--watch" } })
    assert.equal('"none"', node:eval "self:say()")
    node:write("late.lua", saying "one")
    node:wait_for "self:say() == 'one'"
    node:write("late.lua", saying "two")
    node:wait_for "self:say() == 'two'"
  end)

  it("sees a file that is saved while 'init' runs", function()
    local role = [[return { state = {}, say = function() return %q end,
      init = function(self) self:log "begins" self:wait("never", 300) end }]]
    local file = helper.write(helper.folder() .. "/node.lua", role:format "one")
    local control = file:gsub("node%.lua", "control.sock")
    local process = helper.sloop { "run", file, "--watch", "--control=" .. control }
    process:line "begins"
    helper.write(file, role:format "two")
    process:line "reload: when 'init' has ended"
    process:line "reloaded: generation 2"
  end)

  it("says at once when a file is emptied or removed, and once", function()
    start()
    node:write("app/word.lua", "")
    node:line "app/word%.lua is empty: the code that was loaded from it goes on"
    remove "app/word.lua"
    reloading.pass(700)
    node:write("app/word.lua", saying "two")
    says "two"
    remove "app/node.lua"
    node:line "app/node%.lua is gone: the code that was loaded from it goes on"
    assert.equal('"two"', node:eval "self:say()")
    assert.is_false(node:has_line "word%.lua is gone")
  end)

  it("sees a folder that is deleted and made anew", function()
    start()
    remove "app"
    write "two"
    says_and_watches "two"
  end)

  it("sees it also when the folder was gone for long, and goes on meanwhile", function()
    start()
    remove "app"
    reloading.pass(800)
    assert.equal('"one"', node:eval "self:say()")
    assert.equal(0, node:status().reloads.refused)
    write "two"
    says_and_watches "two"
  end)

  it("sees a folder that is moved away and back", function()
    start()
    move("app", "away")
    node:write("away/word.lua", saying "two")
    reloading.pass(200)
    assert.equal('"one"', node:eval "self:say()")
    move("away", "app")
    says_and_watches "two"
  end)

  it("sees a folder that takes the place of another", function()
    start()
    write("two", "new")
    move("app", "old")
    move("new", "app")
    says_and_watches "two"
    local done = node:status().reloads.done
    node:write("old/word.lua", saying "nobody asks")
    reloading.pass(200)
    assert.equal(done, node:status().reloads.done)
  end)

  it("sees what happens to the folders above", function()
    start()
    remove "app"
    write("two", "deep/er")
    node:write("deep/er/node.lua", NODE)
    link("deep/er", "app")
    says_and_watches "two"
    move("deep", "old")
    write("three", "deep/er")
    says_and_watches "three"
    remove "deep"
    write("four", "deep/er")
    says_and_watches "four"
  end)

  it("sees a link to a folder that is turned to another", function()
    start()
    write("two", "v2")
    write("three", "v3")
    remove "app"
    for number, word in ipairs { "two", "three" } do
      link("v" .. number + 1, "new")
      move("new", "app")
      says_and_watches(word)
    end
  end)

  it("sees a change of the file that a link leads to", function()
    start()
    node:write("elsewhere/shared.lua", saying "two")
    link("../elsewhere/shared.lua", "app/new")
    move("app/new", "app/word.lua")
    says "two"
    node:write("elsewhere/shared.lua", saying "three")
    says "three"
    node:write("elsewhere/shared.lua.new", saying "four")
    move("elsewhere/shared.lua.new", "elsewhere/shared.lua")
    says "four"
  end)

  it("sees that its working folder is made anew", function()
    start { role = "node.lua", within = "app" }
    remove "app"
    reloading.pass(200)
    write "two"
    says_and_watches "two"
  end)

  it("sees a module that appears later, in a folder that does too", function()
    start()
    node:write("app/node.lua", (NODE:gsub('"word"', '"lib.late"')))
    node:line "refused.*module 'lib.late' not found"
    node:write("app/lib/late.lua", saying "late")
    node:wait_for("self:say() == 'late'")
  end)

  it("is not kept from looking by other files of the folder that change all the time", function()
    start()
    local timer, log = uv.new_timer(), assert(io.open(path "app/log", "w"))
    log:setvbuf "no"
    timer:start(0, 5, function() log:write "a line\n" end)
    node:write("app/word.lua", saying "two")
    says "two"
    timer:close()
    log:close()
  end)

  it("sees a change that comes while it reloads", function()
    start()
    node:write("app/node.lua", [[
      local m = require "word"
      io.open("loading", "w"):close()
      repeat local go = io.open "go" until go -- it has a second
      return { state = {}, say = function() return m end }]])
    reloading.wait(function() return uv.fs_stat(path "loading") end, "the load")
    node:write("app/word.lua", saying "two")
    node:write("go", "")
    says "two"
    assert.equal(2, node:status().reloads.done)
  end)
end)
