--- The warning of a fixed routing_id, as each command prints it: both sockets, their file and line.
local helper = require "spec.helper"

after_each(helper.cleanup)

local BROKER <const> = [[
local broker = { on = {} }
broker.sockets = {
  clients = { "router", bind = "inproc://clients", HANDOVER },
}
function broker.on.clients() end
function broker.main(self) self:sleep(1) end
return broker
]]
local WORKER <const> = [[
local worker = { on = {}, options = { id = "w" } }
function worker.sockets(options)
  return {
    broker = { "dealer", connect = "inproc://clients",
               routing_id = options.id },
  }
end
function worker.on.broker() end
function worker.main(self) self:sleep(1) end
return worker
]]
local TOPOLOGY <const> = [[
return {
  nodes = {
    broker = { "broker.lua" },
    worker = { "worker.lua", count = 2, id = function(number) return "w" .. number end,
               broker = { connect = "@broker.clients" } },
  },
  check = function() end, duration = 100, quiet = 0, faults = {},
}
]]

local function topology(handover)
  local folder = helper.folder()
  helper.write(folder .. "/broker.lua", (BROKER:gsub("HANDOVER", handover or "")))
  helper.write(folder .. "/worker.lua", WORKER)
  return helper.write(folder .. "/topology.lua", TOPOLOGY), folder
end

local function count(text, pattern) return select(2, text:gsub(pattern, "")) end

local WARNING <const> = "sloop: %S*/worker%.lua:5: warning: socket 'broker' of node 'worker%.1' "
  .. "has the fixed routing_id 'w1' and connects to the router 'clients' of node 'broker' "
  .. "%(%S*/broker%.lua:3%), which has no router_handover: [^\n]*"
  .. "Write router_handover = true there, or leave routing_id out\n"

describe("a fixed routing_id that talks to a ROUTER without router_handover", function()
  for _, words in ipairs { { "check" }, { "up" }, { "sim", "--seeds=4" },
                           { "sim", "--seeds=4", "--jobs=2" } } do
    local command = table.concat(words, " ")
    it("is warned of once by " .. command, function()
      local path = topology()
      local status, _, err = helper.run { words[1], path, table.unpack(words, 2) }
      assert.equal(0, status, err)
      assert.matches(WARNING, err)
      assert.equal(1, count(err, "routing_id '"))
    end)

    it("is not, with it, by " .. command, function()
      local path = topology "router_handover = true"
      local status, _, err = helper.run { words[1], path, table.unpack(words, 2) }
      assert.equal(0, status, err)
      assert.is_nil(err:find("routing_id", 1, true), err)
    end)
  end

  it("is warned of by run, and by check, when both are one role's", function()
    local path = helper.write(helper.folder() .. "/both.lua", [[
      local both = { on = {}, sockets = {
        back = { "router", bind = "inproc://back" },
        front = { "dealer", connect = "inproc://back", routing_id = "me" },
      } }
      function both.on.back() end
      function both.on.front() end
      function both.main() end
      return both]])
    for _, command in ipairs { "run", "check" } do
      local status, _, err = helper.run { command, path }
      assert.equal(0, status, err)
      assert.matches("both%.lua:3: [^\n]*socket 'front' has the fixed routing_id 'me' and connects "
        .. "to the router 'back' %([^\n]*both%.lua:2%), which has no router_handover", err)
      assert.matches("warning: ", err)
      assert.equal(1, count(err, "routing_id 'me'"))
    end
  end)

  it("is nowhere in our own patterns", function()
    local files <close> = assert(io.popen "ls patterns/*/*.lua")
    local names = { "check" }
    for file in files:lines() do table.insert(names, file) end
    local _, out, err = helper.run(names)
    assert.is_true(count(out, ": ok\n") > 50, out)
    assert.is_nil(err:find "routing_id", err)
  end)
end)
