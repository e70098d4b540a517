--- C modules for Lua in the program: they find Lua there, and their names stay their own.
local helper = require "spec.helper"
local process = require "spec.process"

local SOURCE <const> = [[
#include <lua.h>
#include <lauxlib.h>

const char *socket_open(void) { return "socket_open"; }
const char *list_append(void) { return "list_append"; }
const char *timer_init(void) { return "timer_init"; }
const char *node_stop(void) { return "node_stop"; }

int luaopen_own(lua_State *L) {
  lua_pushfstring(L, "%s %s %s %s", socket_open(), list_append(), timer_init(), node_stop());
  return 1;
}
]]

local OURS <const> = "socket_open list_append timer_init node_stop"

describe("a Lua module in C", function()
  after_each(helper.cleanup)

  --- A folder with the module own.so and a role that requires modules; and its environment.
  local function written(text)
    local folder = helper.folder()
    local source = helper.write(folder .. "/own.c", SOURCE)
    local compile = "gcc -shared -fPIC -I/usr/include/lua5.4 -o %s/own.so %s"
    assert(os.execute(compile:format(folder, source)))
    local path = helper.write(folder .. "/role.lua", text)
    return path, { env = { LUA_CPATH = folder .. "/?.so;;", LUA_CPATH_5_4 = false } }
  end

  local ROLE <const> = [[
    local own = require "own"
    return { main = function() print(own) end }
  ]]

  it("calls its own functions, whatever the program's are called", function()
    local path, options = written(ROLE)
    local status, out, err = process.run(helper.release, { "run", path, "--control=none" }, options)
    assert.equal(OURS .. "\n", out, err)
    assert.equal(0, status)
  end)

  it("is loaded by check and by lua", function()
    local path, options = written(ROLE)
    local status, _, err = process.run(helper.release, { "check", path }, options)
    assert.equal(0, status, err)
    helper.write(path, "print((require 'own'))")
    local out
    status, out, err = process.run(helper.release, { "lua", path }, options)
    assert.equal(OURS .. "\n", out, err)
    assert.equal(0, status)
  end)

  it("of Debian works in a node", function()
    local path = written [[
      local cjson, lpeg, uv = require "cjson", require "lpeg", require "luv"
      return { main = function()
        assert(cjson.decode(cjson.encode { a = { 1, 2 } }).a[2] == 2)
        assert((lpeg.R "09" ^ 1):match "123x" == 4)
        assert(uv.hrtime() > 0)
        print "all work"
      end }
    ]]
    local status, out, err = process.run(helper.release, { "run", path, "--control=none" })
    assert.equal("all work\n", out, err)
    assert.equal(0, status)
  end)
end)
