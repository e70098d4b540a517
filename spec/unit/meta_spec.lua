--- The API reference tells of everything there is, and of nothing else.
local helper = require "spec.helper"
local names = require "sloop.private.base.names"
local reference = require "spec.reference"

local read, sorted, keys_of = helper.read, reference.sorted, reference.keys_of

-- The names of `function CLASS:name(` in a file, sorted.
local function methods(path, class)
  local found = {}
  for name in read(path):gmatch("function " .. class .. "[.:]([%w_]+)%(") do
    table.insert(found, name)
  end
  table.sort(found)
  return found
end

-- The names of the fields of a class, sorted.
local function fields(path, class)
  local found = {}
  local block = read(path):match("%-%-%-@class sloop%." .. class .. "\n(.-)\n[^-]")
  for name in block:gmatch("%-%-%-@field ([%w_]+)") do table.insert(found, name) end
  table.sort(found)
  return found
end

local found, sloop = pcall(require, "sloop")
local core = found and sloop.core

describe("the reference", function()
  it("tells of every name the host puts on self", function()
    local path = "scripts/meta/node.lua"
    assert.same(sorted(names.self), sorted(methods(path, "Self"), fields(path, "Self")))
  end)

  it("tells of every key of a role", function()
    assert.same(sorted(names.role), fields("scripts/meta/role.lua", "Role"))
  end)

  it("is the type of every role: ---@type sloop.Role", function()
    local without = {}
    local find <close> = assert(io.popen "find patterns -name '*.lua'")
    for path in find:lines() do
      local text = read(path)
      local name = text:match "\nreturn ([%w_]+)%s*$"
      local before, block = text:match("([^\n]*)\nlocal " .. (name or "%s") .. " = (%b{})")
      local is_role = false
      for key in (block or ""):gsub("(.)(%b{})", "%1"):gmatch "([%w_]+) =" do
        is_role = is_role or names.role[key] ~= nil
      end
      if is_role and before ~= "---@type sloop.Role" then table.insert(without, path) end
    end
    assert.same({}, without)
  end)

  it("tells of every key of a topology, of its nodes and of its faults", function()
    local path = "scripts/meta/sloop.lua"
    assert.same(keys_of("scripts/topology/topology.lua", "KEYS"), fields(path, "Topology"))
    assert.same(keys_of("scripts/topology/topology.lua", "NODE_KEYS"), fields(path, "NodeEntry"))
    assert.same(keys_of("scripts/simulation/one_run.lua", "LIMIT_KEYS"),
      fields(path, "FaultLimits"))
  end)

  it("tells of every option of sloop.sim", function()
    assert.same(keys_of("scripts/simulation/from_lua.lua", "KNOWN"),
      fields("scripts/meta/sloop.lua", "SimulationOptions"))
  end)

  -- For each function of the reference: visit(name, parameters, annotated parameters).
  local function each_function(visit)
    for _, file in ipairs { "node", "socket", "sloop" } do
      local annotated = {}
      for line in io.lines("scripts/meta/" .. file .. ".lua") do
        local parameter = line:match "^%-%-%-@param (%S+)"
        local name, list = line:match "^function ([%w_.:]+)%((.-)%) end$"
        if parameter then table.insert(annotated, (parameter:gsub("%?$", ""))) end
        if name then
          visit(name, list, table.concat(annotated, ", "))
          annotated = {}
        end
      end
    end
  end

  it("says of every parameter what it is", function()
    local count = 0
    each_function(function(name, list, annotated)
      assert.equal(list, annotated, name)
      count = count + 1
    end)
    assert.is_true(count > 30)
  end)

  it("names no type that is not there", function()
    local defined, named = {}, {}
    for _, file in ipairs { "node", "socket", "sloop", "role" } do
      local text = read("scripts/meta/" .. file .. ".lua")
      for name in text:gmatch "%-%-%-@%a+ (sloop%.[%w_]+)" do defined[name] = true end
      for line in text:gmatch "%-%-%-@[^\n]+" do
        for name in line:gmatch "sloop%.%u[%w_]*" do named[name] = true end
      end
    end
    assert.is_true(named["sloop.Self"] and defined["sloop.Self"])
    for name in pairs(named) do assert.is_true(defined[name], name) end
  end)

  it("tells of every event of a connection", function()
    local there, told = {}, {}
    for name in read("host/real/zmq_monitor.c"):gmatch('{ZMQ_EVENT_[%u_]+, "([%l_]+)"}') do
      there[name] = true
    end
    local block = read("scripts/meta/role.lua"):match("@alias sloop.ConnectionEvent\n(.-)\n\n")
    for name in block:gmatch('%-%-%-| "([%l_]+)"') do table.insert(told, name) end
    assert.same(sorted(there), sorted(told))
  end)

  if not core then return end -- a plain Lua without the module

  it("tells of every function of the module", function()
    local functions = {}
    for name, value in pairs(sloop) do functions[name] = type(value) == "function" or nil end
    assert.same(sorted(functions), methods("scripts/meta/sloop.lua", "sloop"))
  end)

  it("has the parameters of the module's functions that Lua knows of", function()
    each_function(function(name, list)
      local func = sloop[name:match "^sloop%.([%w_]+)$"]
      local info = func and debug.getinfo(func, "Su")
      if info and info.what == "Lua" then
        local _, commas = list:gsub(",", "")
        assert.equal(info.nparams, list == "" and 0 or commas + 1, name)
      end
    end)
  end)

  it("tells of every method of self that the host has", function()
    assert.same(sorted(core.names.self), methods("scripts/meta/node.lua", "Self"))
  end)

  it("tells of every method of a socket", function()
    assert.same(sorted(core.names.socket), methods("scripts/meta/socket.lua", "Socket"))
  end)

  it("tells of every method of a store", function()
    assert.same(sorted(core.names.store), methods("scripts/meta/socket.lua", "Store"))
  end)

  it("tells of every method of a relay", function()
    assert.same(sorted(core.names.relay), methods("scripts/meta/socket.lua", "Relay"))
  end)

  it("tells of every option of a socket", function()
    assert.same(sorted(core.socket_options(), names.socket),
      fields("scripts/meta/role.lua", "SocketDeclaration"))
  end)

  it("tells of every type of socket", function()
    local line = read("scripts/meta/role.lua"):match('@field %[1%] ("dealer"[^\n]*)')
    local told = {}
    for name in line:gmatch('"(%w+)"') do table.insert(told, name) end
    table.sort(told)
    assert.same(sorted(core.socket_types()), told)
  end)
end)
