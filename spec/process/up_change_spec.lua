--- A topology that runs: its nodes are stopped, started and restarted by request, and changes of
-- its file are taken over.
local helper = require "spec.helper"
local ports = require "spec.ports"
local up = require "spec.up"

after_each(helper.cleanup)

local COUNTER <const> = [[
local counter = { options = { step = 1 }, state = { count = 0 }, timers = { tick = 10 }, on = {} }
function counter.init(self) self:log "begins" end
function counter.on.tick(self) self.count = self.count + self.options.step end
function counter.stop(self) self:log "stops" end
return counter]]

local function files(nodes, more)
  local all = { ["topology.lua"] = "return { nodes = { " .. nodes .. " } }",
                ["counter.lua"] = COUNTER }
  for name, text in pairs(more or {}) do all[name] = text end
  return all
end

local function start(nodes, arguments, more)
  local process = up.start(files(nodes, more), arguments)
  for _ in nodes:gmatch '"counter.lua"' do process:line "begins" end
  return process
end

local function ask(process, command, node)
  return assert(up.ask(process, { command = command, node = node }))
end

local function states(process)
  local found = {}
  for _, node in ipairs(ask(process, "status").nodes) do found[node.name] = node.state end
  return found
end

local function write(process, nodes)
  helper.write(process.folder .. "/topology.lua", "return { nodes = { " .. nodes .. " } }")
end

local function option(process, node)
  return up.ask(process, { command = "eval", text = "self.options.step", node = node }).text
end

local function ends(process)
  process:signal "sigterm"
  assert.equal(0, (process:wait()))
end

describe("a node of sloop up", function()
  it("is stopped, started and restarted by request; the topology goes on", function()
    local process = start [[a = { "counter.lua" }, b = { "counter.lua" }]]
    assert.same({ ok = true, state = "stopped" }, ask(process, "stop", "a"))
    process:line "a: stops"
    assert.same({ a = "stopped", b = "running" }, states(process))
    assert.same({ ok = false, reason = "a is not running: it is stopped" },
      ask(process, "stop", "a"))
    assert.same({ ok = true, state = "running" }, ask(process, "start", "a"))
    process:line "a: begins"
    assert.same({ ok = false, reason = "a is running" }, ask(process, "start", "a"))
    assert.same({ ok = true, state = "running" }, ask(process, "restart", "b"))
    process:line "b: stops"
    process:line "b: begins"
    assert.same({ a = "running", b = "running" }, states(process))
    assert.same({ ok = false, reason = "there is no node 'c'" }, ask(process, "start", "c"))
    ends(process)
  end)

  it("may all be stopped, and started again", function()
    local process = start [[a = { "counter.lua" }]]
    ask(process, "stop", "a")
    assert.same({ a = "stopped" }, states(process))
    assert.is_true(ask(process, "start", "a").ok)
    ends(process)
  end)

  it("that can't be started by request says why, and harms no other", function()
    local process = start [[a = { "counter.lua" }, b = { "counter.lua" }]]
    ask(process, "stop", "a")
    helper.write(process.folder .. "/counter.lua", "return {")
    local answer = ask(process, "start", "a")
    assert.is_false(answer.ok)
    assert.matches("counter.lua:1: ", answer.reason)
    assert.same({ a = "failed", b = "running" }, states(process))
    helper.write(process.folder .. "/counter.lua", COUNTER)
    assert.is_true(ask(process, "start", "a").ok)
    ends(process)
  end)

  it("that ended by itself is started again, and the topology waits for it", function()
    local process = start([[a = { "counter.lua" }, once = { "once.lua" }, long = { "long.lua" }]],
      nil, {
        ["once.lua"] = "return { main = function(self) self:log 'once' end }",
        ["long.lua"] = "return { main = function(self) self:sleep(600000) end }",
      })
    process:line "once: once"
    helper.wait_until(function() return states(process).once == "ended" end)
    assert.is_true(ask(process, "start", "once").ok)
    process:line "once: once"
    ends(process)
  end)

  it("that does not stop is ended at once", function()
    local process = start([[a = { "counter.lua" }, slow = { "slow.lua" }]], nil, {
      ["slow.lua"] = "return { stop = function(self) self:sleep(600000) end, on = {}, state = {} }",
    })
    assert.is_true(ask(process, "stop", "slow").ok)
    assert.equal("stopped", states(process).slow)
    ends(process)
  end)

  it("of another process can't be restarted", function()
    local folder = helper.folder()
    local path = helper.write(folder .. "/counter.lua", COUNTER)
    local process = helper.sloop { "run", path, "--control=" .. folder .. "/control.sock" }
    process.folder = folder
    process:line "begins"
    assert.same({ ok = false,
      reason = "only a node of a topology can be started and restarted" },
      ask(process, "restart"))
    ends(process)
  end)
end)

describe("a reload of sloop up", function()
  local ONE <const> = [[a = { "counter.lua" }, b = { "counter.lua" }]]

  it("starts new nodes, stops those that are gone, tells those with other options", function()
    local process = start(ONE)
    up.ask(process, { command = "eval", text = "self.count = 1000000", node = "a" })
    write(process, [[a = { "counter.lua", step = 5 }, c = { "counter.lua", thread = true }]])
    assert.same({ ok = true, topology = true, added = { "c" }, removed = { "b" },
      changed = { "a" } }, ask(process, "reload"))
    process:line "reloaded: 1 added %(c%), 1 removed %(b%), 1 changed %(a%)"
    helper.wait_until(function() return states(process).c == "running" end)
    helper.wait_until(function() return states(process).b == nil end)
    helper.wait_until(function() return option(process, "a") == "5" end)
    local count = up.ask(process, { command = "eval", text = "self.count", node = "a" }).text
    assert.is_true(tonumber(count) >= 1000000)
    assert.same({ a = "running", c = "running" }, states(process))
    ask(process, "restart", "a")
    assert.equal("5", option(process, "a"))
    write(process, ONE)
    assert.same({ added = { "b" }, removed = { "c" } }, (function(answer)
      return { added = answer.added, removed = answer.removed }
    end)(ask(process, "reload")))
    helper.wait_until(function() return states(process).b == "running" end)
    ends(process)
  end)

  it("keeps what was set, and changes nothing when nothing has changed", function()
    local process = start(ONE)
    up.ask(process, { command = "set", node = "a",
      settings = { { path = { "step" }, value = "9" } } })
    assert.same({ ok = true, topology = true, added = {}, removed = {}, changed = {} },
      ask(process, "reload"))
    write(process, [[a = { "counter.lua", step = 2 }, b = { "counter.lua", step = 3 }]])
    ask(process, "reload")
    helper.wait_until(function() return option(process, "b") == "3" end)
    assert.equal("9", option(process, "a"))
    ends(process)
  end)

  it("starts a node of another role again", function()
    local process = start(ONE, nil, { ["other.lua"] =
      "return { init = function(self) self:log 'another' end, on = {}, state = {} }" })
    write(process, [[a = { "other.lua" }, b = { "counter.lua" }]])
    ask(process, "reload")
    process:line "a: stops"
    process:line "a: another"
    ends(process)
  end)

  it("is refused as a whole when the file is wrong", function()
    local process = start(ONE)
    for text, reason in pairs {
      [ [[a = { "counter.lua", stpe = 5 }, c = { "counter.lua" }]] ] =
        "node 'a': no option, socket or part 'stpe' (did you mean 'step'?)",
      ["= ="] = "expected",
    } do
      write(process, text)
      local answer = ask(process, "reload")
      assert.is_false(answer.ok)
      assert.truthy(answer.reason:find(reason, 1, true), answer.reason)
      process:line "reload refused, the topology stays as it is"
    end
    assert.same({ a = "running", b = "running" }, states(process))
    ends(process)
  end)

  it("comes by itself with --watch", function()
    local process = start(ONE, { "--watch" })
    write(process, [[a = { "counter.lua" }, b = { "counter.lua" }, c = { "counter.lua" }]])
    process:line "reloaded: 1 added %(c%)"
    process:line "c: begins"
    ends(process)
  end)
end)

describe("a topology", function()
  it("is named after its folder or its file, by what --name accepts", function()
    for file, name in pairs { ["a b/topology.lua"] = "a-b", ["x/.hidden.lua"] = "hidden",
                              ["y/plain"] = "plain" } do
      local folder = helper.folder()
      local path = helper.write(folder .. "/" .. file:gsub(" ", " "),
        ("return { nodes = { a = { %q } } }"):format(folder .. "/counter.lua"))
      helper.write(folder .. "/counter.lua", COUNTER)
      local process = helper.sloop { "up", path, "--control=" .. folder .. "/control.sock" }
      process.folder = folder
      process:line "begins"
      assert.equal(name, ask(process, "status").name)
      ends(process)
    end
  end)
end)

describe("sloop up --only", function()
  it("runs a topology in parts, in several processes", function()
    local folder, port = helper.folder(), ports.take(1)
    helper.write(folder .. "/topology.lua", ([[return {
      hosts = { server = "127.0.0.1" },
      nodes = {
        server = { "request_reply/server", clients = { bind = "tcp://*:%d" } },
        client = { "request_reply/client", requests = 3, server = { connect = "@server.clients" } },
      } }]]):format(port))
    local function part(name)
      return helper.sloop { "up", folder .. "/topology.lua", "--only=" .. name, "--control=none" }
    end
    local server, client = part "server", part "client"
    assert.equal(0, (client:wait()))
    server:signal "sigterm"
    assert.equal(0, (server:wait()))
    local status, _, err = helper.run { "up", folder .. "/topology.lua", "--only=sever" }
    assert.equal(2, status)
    assert.matches("there is no node 'sever' %(did you mean 'server'%?%)", err)
  end)
end)

describe("sloop ctl", function()
  it("starts, stops and reloads by name", function()
    local runtime = helper.folder()
    local env = { XDG_RUNTIME_DIR = runtime }
    local folder = helper.folder()
    for name, text in pairs(files [[a = { "counter.lua" }]]) do
      helper.write(folder .. "/" .. name, text)
    end
    local process = helper.sloop({ "up", folder .. "/topology.lua", "--name=farm" }, { env = env })
    process:line "a: begins"
    local function ctl(...) return { helper.run({ "ctl", ... }, { env = env }) } end
    assert.same({ 0, "", "" }, ctl("farm/a", "stop"))
    assert.same({ 0, "running\n", "" }, ctl("farm/a", "start"))
    assert.same({ 1, "", "sloop: a is running\n" }, ctl("a", "start"))
    assert.same({ 0, "running\n", "" }, ctl("a", "restart"))
    helper.write(folder .. "/topology.lua",
      [[return { nodes = { a = { "counter.lua" }, z = { "counter.lua" } } }]])
    local status, out = table.unpack(ctl("farm", "reload"))
    assert.equal(0, status)
    assert.matches("^farm: 1 added %(z%)\na: no file has changed: generation 1", out)
    ends(process)
  end)
end)
