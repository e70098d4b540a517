--- Finding and loading scripts, from programs in folders of their own.
local helper = require "spec.helper"

describe("the loader", function()
  local folder

  before_each(function() folder = helper.folder() end)
  after_each(helper.cleanup)

  local function write(name, text) return helper.write(folder .. "/" .. name, text) end

  --- Run a program in the folder; what it prints, or its status and stderr.
  local function run(text, env)
    write("program.lua", text)
    local status, out, err = helper.run({ "lua", "program.lua" }, { cwd = folder, env = env })
    if status ~= 0 then return status, err end
    return out
  end

  local function loader(expression, env)
    return run("local loader = require 'sloop.loader' print(" .. expression .. ")", env)
  end

  describe("as require", function()
    it("looks beside the asking file first, for each file its own folder", function()
      write("patterns/one/wire.lua", "return 'one'")
      write("patterns/two/wire.lua", "return 'two'")
      write("patterns/wire.lua", "return 'neither'")
      write("patterns/one/role.lua", "return require 'wire'")
      write("patterns/two/role.lua", "return pcall(require, 'wire') and require 'wire'")
      assert.equal("one\ttwo\n", run "print((require 'one.role'), (require 'two/role'))")
    end)

    it("then in patterns/ here, then in the built-in ones", function()
      write("patterns/shared.lua", "return 'patterns'")
      assert.equal("patterns\n", run "print((require 'shared'))")
      assert.equal("table\n", run "print(type((require 'majordomo/mdp')))")
    end)

    it("lets a copy of a pattern's folder use its own files", function()
      write("mine/majordomo/mdp.lua", "return 'of the copy'")
      write("mine/majordomo/role.lua", "return require 'majordomo/mdp'")
      write("mine/other/role.lua", "return type(require 'majordomo/mdp')")
      assert.equal("of the copy\ttable\n",
        run "print((require 'mine/majordomo/role'), (require 'mine/other/role'))")
    end)

    it("finds what Sloop offers as sloop.NAME", function()
      write("queue.lua", "return 'mine'")
      assert.equal("mine\tfunction\n",
        run "print((require 'queue'), type(require 'sloop.queue'.push))")
    end)

    it("leaves every other name to the user", function()
      local theirs = helper.folder()
      for _, name in ipairs { "inspect", "json", "queue", "options", "declare", "main" } do
        helper.write(theirs .. "/" .. name .. ".lua", "return 'of the user: ' .. ...")
        assert.equal("of the user: " .. name .. "\n",
          run("print((require '" .. name .. "'))", { LUA_PATH = theirs .. "/?.lua" }))
      end
      local status, err = run "require 'nearest'"
      assert.equal(1, status)
      assert.matches("module 'nearest' not found", err)
      assert.equal(1, (run "require 'base/nearest'"))
    end)

    it("lets the program use its own files beside those of the user", function()
      write("base/json.lua", "error 'of the user'")
      write("json.lua", "return 'of the user'")
      assert.equal("table\tof the user\n",
        run "print(type(require 'sloop.private.command.arguments'), (require 'json'))")
    end)

    it("lets only scripts/ of Sloop's own tree replace a built-in one", function()
      write("scripts/base/nearest.lua", "return 'a file wins'")
      assert.equal("function\n", run "print(type(require 'sloop.private.base.nearest'.find))")
      assert.equal("a file wins\n",
        run("print((require 'sloop.private.base.nearest'))", { SLOOP_PATH = "." }))
      write("host/core/world.h", "")
      assert.equal("a file wins\n", run "print((require 'sloop.private.base.nearest'))")
    end)

    it("takes a folder of SLOOP_PATH before the working tree", function()
      local other = helper.folder()
      helper.write(other .. "/deep/plain.lua", "return 'plain'")
      helper.write(other .. "/patterns/shared.lua", "return 'path'")
      write("patterns/shared.lua", "return 'here'")
      local env = { SLOOP_PATH = "/no/such::" .. other .. ":" }
      assert.equal("path\tplain\n", run("print((require 'shared'), (require 'deep.plain'))", env))
    end)

    it("finds Lua's own modules as Lua does", function()
      write("of_its_own/init.lua", "return ...")
      assert.equal("true\tof_its_own\n",
        run "print(require 'string' == string, (require 'of_its_own'))")
    end)

    it("takes a name with a slash as a path", function()
      write("common/wire.v2.lua", "return select('#', ...), ...")
      write("sub/user.lua", "return { require '../common/wire.v2' }")
      assert.equal("1\tcommon/wire.v2.lua\n", run "print(table.unpack((require 'sub/user')))")
    end)

    it("loads a file once, and keeps it in package.loaded by its path", function()
      write("once.lua", "loads = (loads or 0) + 1")
      assert.equal("true\ttrue\t1\n", run
        "print((require 'once'), require './once' == package.loaded['once.lua'], loads)")
    end)

    it("lets a library's own modules go before ours", function()
      helper.write(folder .. "/lib/library.lua", "return require 'queue'")
      helper.write(folder .. "/lib/queue.lua", "return 'of the library'")
      write("patterns/queue.lua", "return 'ours'")
      assert.equal("of the library\tours\n", run [[
        package.path = "lib/?.lua;" .. package.path
        local theirs = require "library"
        package.loaded.queue = nil
        print(theirs, (require "queue"))]])
    end)

    it("names a missing module in one line, with the line that asks", function()
      local status, err = run "\nrequire 'no.such'"
      assert.equal(1, status)
      assert.matches("^sloop: program.lua:2: module 'no.such' not found: [^\n]+\nstack", err)
    end)

    it("passes on the error of a module", function()
      write("broken.lua", "return = 1")
      write("raising.lua", "\nerror 'at load'")
      local _, err = run "require 'broken'"
      assert.matches("^sloop: broken.lua:1: unexpected symbol", err)
      _, err = run "require 'raising'"
      assert.matches("^sloop: raising.lua:2: at load", err)
    end)

    it("says so when modules require one another in a circle", function()
      write("a.lua", "return require 'b'")
      write("b.lua", "return require 'a'")
      local _, err = run "require 'a'"
      assert.matches("^sloop: b.lua:1: a.lua requires itself, directly or through others", err)
    end)

    it("gives a file that asks for its own name the next one of that name", function()
      write("patterns/x/shared.lua", "return 'mine, ' .. require 'shared'")
      write("patterns/shared.lua", "return 'theirs'")
      assert.equal("mine, theirs\n", run "print((require 'x.shared'))")
      write("patterns/x/alone.lua", "return require 'alone'")
      local _, err = run "require 'x.alone'"
      assert.matches("alone.lua requires itself", err)
    end)

    it("loads an empty file", function()
      write("empty.lua", "")
      assert.equal("true\n", run "print((require 'empty'))")
    end)
  end)

  it("tells the hash of each text it compiled, and where it looked in vain", function()
    write("mine.lua", "return {}")
    write("wrong.lua", "return }")
    assert.equal("true\ttrue\tfalse\tnil\n", run [[
      local loader = require "sloop.loader"
      require "mine"
      pcall(require, "wrong")
      pcall(require, "absent")
      local found = loader.hashes()
      print(found["mine.lua"] == loader.hash "mine.lua", found["wrong.lua"] ~= found["mine.lua"],
        found["absent.lua"], loader.hash "absent.lua" or nil)]])
  end)

  it("tells whether a file is being written", function()
    write("mine.lua", "return {}")
    assert.equal("false\ttrue\tfalse\n", run [[
      local loader = require "sloop.loader"
      local before = loader.is_written "mine.lua"
      local file = io.open("mine.lua", "a")
      local during = loader.is_written "mine.lua"
      file:close()
      print(before, during, loader.is_written "mine.lua")]])
  end)

  describe("for roles", function()
    it("finds a role by name, in a folder of SLOOP_PATH, here, or built in", function()
      write("patterns/shop/till.lua", "return {}")
      assert.equal("patterns/shop/till.lua\treturn {}\n", loader "loader.find_role 'shop/till'")
      local other = helper.folder()
      helper.write(other .. "/shop/till.lua", "--")
      assert.equal(other .. "/shop/till.lua\t--\n",
        loader("loader.find_role 'shop/till'", { SLOOP_PATH = other }))
    end)

    it("finds a file by its path, relative to the file that names it", function()
      write("a/till.lua", "return { a = true }")
      write("a/b/desk.lua", "")
      assert.equal("a/till.lua\n", loader "(loader.find_role 'a/till.lua')")
      assert.equal("a/till.lua\n", loader "(loader.find_role('../till.lua', 'a/b/desk.lua'))")
    end)

    it("returns the table that require returns, and its path", function()
      write("patterns/shop/till.lua", "return {}")
      assert.equal("true\tpatterns/shop/till.lua\n", run [[
        local role, path = require "sloop.loader".load_role "shop/till"
        print(role == require "shop.till", path)]])
    end)

    it("names the nearest role for an unknown one", function()
      write("patterns/shop/till.lua", "return {}")
      assert.equal("nil\tunknown role 'shop/tlil' (did you mean 'shop/till'?)\n",
        loader "loader.load_role 'shop/tlil'")
      assert.equal("nil\tunknown role 'xyzzy'\n", loader "loader.load_role 'xyzzy'")
      assert.equal("nil\tno such file: till.lua\n", loader "loader.load_role 'till.lua'")
    end)

    it("says what is wrong with a role it cannot load", function()
      write("nothing.lua", "local role = {}")
      write("text.lua", "return 'a role'")
      write("broken.lua", "\nreturn {")
      write("raising.lua", "\nerror {}")
      assert.equal("nil\tnothing.lua: returns nothing, and a role is a table\n",
        loader "loader.load_role 'nothing.lua'")
      assert.equal("nil\ttext.lua: returns a string, and a role is a table\n",
        loader "loader.load_role 'text.lua'")
      assert.matches("^nil\tbroken.lua:2: unexpected symbol near <eof>\n",
        loader "loader.load_role 'broken.lua'")
      assert.matches("^nil\ttable: ", loader "loader.load_role 'raising.lua'")
    end)

    it("lists what is here and what is built in, with the first line of each", function()
      write("patterns/shop/till.lua", "--- Takes money.\n-- More.\nreturn {}")
      write("patterns/shop/notes.txt", "")
      write("patterns/alone.lua", "return {}")
      local out = run [[
        for _, role in ipairs(require "sloop.loader".list()) do
          print(role.name, role.path, role.comment)
        end]]
      assert.matches("alone\tpatterns/alone.lua\t\n", out, 1, true)
      assert.matches("shop/till\tpatterns/shop/till.lua\tTakes money.\n", out, 1, true)
      assert.not_matches("shop/notes", out)
    end)
  end)
end)
