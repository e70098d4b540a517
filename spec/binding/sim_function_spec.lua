--- sloop.sim: the simulation from Lua, in the program and in a plain lua5.4.
local helper = require "spec.helper"
local sloop = require "sloop"

local function topology(text)
  return { nodes = { a = { helper.write(helper.folder() .. "/role.lua", text), count = 2 } },
           faults = { delay = true } }
end

describe("sloop.sim", function()
  after_each(helper.cleanup)

  it("refuses options it does not know, and files that are none", function()
    assert.has_error(function() sloop.sim("x", { sedes = 1 }) end)
    local result, reason = sloop.sim("/nowhere/topology.lua", {})
    assert.is_nil(result)
    assert.is_truthy(reason:find "/nowhere/topology.lua")
  end)

  it("counts all failures, or stops at the first", function()
    local top = topology "return { main = function(self) self:sleep(1) error 'oh' end }"
    local result = assert(sloop.sim(top, { seeds = 3, from = 5 }))
    assert.same({ 1, 1, 5 }, { result.seeds, #result.failures, result.failures[1].seed })
    assert.is_truthy(result.failure:find "^seed 5: a%.[12] at")
    result = assert(sloop.sim(top, { seeds = 3, keep_going = true }))
    assert.same({ 3, 3 }, { result.seeds, #result.failures })
  end)

  it("has messages in the history when they are asked for", function()
    local function count(options)
      local messages = 0
      local result = assert(sloop.sim({ nodes = {
        server = { "request_reply/server" }, client = { "request_reply/client", requests = 3 },
      }, faults = {} }, options))
      for _, event in ipairs(result.history) do
        if event.kind == "delivered" then messages = messages + 1 end
      end
      return messages
    end
    assert.same({ 6, 0 }, { count { seed = 1, messages = true }, count { seed = 1 } })
  end)

  it("in a plain lua5.4 asks the program", function()
    local status, out, err = helper.run_program("/usr/bin/lua5.4", { "-e", ([[
      local sloop = require "sloop"
      local result = assert(sloop.sim("patterns/request_reply/topology.lua",
        { seed = 3, program = %q }))
      print(result.hash, #result.history > 40, result.failure)
      print(sloop.sim("patterns/pair/topology.lua", { seeds = 4, program = %q }).seeds)
      print(sloop.sim({ nodes = {}, check = print }, { program = %q }))
      print(sloop.sim("x.lua", { program = "/nowhere/sloop" }))]]):format(helper.release,
        helper.release, helper.release) },
      { env = { LUA_CPATH = helper.module_folder .. "/?.so" } })
    local here = assert(sloop.sim("patterns/request_reply/topology.lua", { seed = 3 }))
    assert.equal(("%s\ttrue\tnil\n4\n"):format(here.hash) ..
      "nil\tonly the program can simulate a table with functions: put it into a file\n" ..
      "nil\t/nowhere/sloop could not be run, or failed\n", out)
    assert.equal(0, status)
    assert.is_truthy(err:find "/nowhere/sloop")
  end)
end)
