--- `sloop check` and `sloop show` of files; and that check refuses what run would refuse.
local helper = require "spec.helper"

after_each(helper.cleanup)

local function write(text) return helper.write(helper.folder() .. "/x.lua", text) end

-- Its exit status and its error messages, without the path of the file.
local function check(text)
  local path = write(text)
  local status, out, err = helper.run { "check", path }
  if status == 0 then assert.equal(path .. ": ok\n", out) end
  return status, (err:gsub(path:gsub("%p", "%%%0"), "x.lua"))
end

describe("sloop check", function()
  it("ends at an endless loop, also around a pcall, and names its place", function()
    assert.same({ 1, "sloop: x.lua:2: takes too long: is there an endless loop?\n" },
      { check "local x = 1\nwhile true do x = x + 1 end" })
    assert.same({ 1, "sloop: x.lua:1: takes too long: is there an endless loop?\n" },
      { check "while true do pcall(function() while true do end end) end" })
    assert.same({ 1, "sloop: x.lua:1: takes too long: is there an endless loop?\n" },
      { check "return { sockets = function() while true do end end, main = print }" })
  end)

  it("guesses a forgotten return", function()
    assert.same({ 1, "sloop: x.lua: returns nothing, and a role is a table: "
      .. "is 'return client' missing?\n" },
      { check "local client = { on = {}, state = {} }\nfunction client.main() end" })
    assert.same({ 1, "sloop: x.lua: returns nothing, and a role is a table\n" }, { check "" })
  end)

  it("refuses handlers of signals that run would refuse", function()
    for _, name in ipairs { "SIGCHLD", "SIGIO", "SIGKILL", "SIGTERM" } do
      local status, err = check(("return { on = { %s = print }, main = print }"):format(name))
      assert.equal(1, status)
      assert.matches("^sloop: x%.lua:1: on%." .. name, err)
    end
    assert.equal(0, (check "return { on = { SIGUSR1 = print, SIGALRM = print } }"))
  end)

  it("takes topologies: all nodes with their entries, and what sim needs", function()
    assert.equal(0, (check "return { nodes = { a = { 'pair/pong' }, b = { 'pair/ping' } } }"))
    for text, reason in pairs {
      ["nodes = { a = { 'pair/pong', work = 1 } }"] =
        "node 'a': no option, socket or part 'work'",
      ["nodes = { a = { 'pair/pong' } }, faults = { crsh = true }"] =
        "x.lua: unknown fault 'crsh' (did you mean 'crash'?)",
      ["nodes = { a = { 'pair/pong' } }, check = 5"] =
        "x.lua: 'check' is a function, not a number",
      ["nodes = { a = { 'pair/pong' } }, duration = -1"] =
        "x.lua: 'duration' is milliseconds, not -1",
      ["nodes = { a = { 'pair/pong' } }, node = {}"] =
        "x.lua: unknown key 'node' (did you mean 'nodes'?)",
    } do
      assert.same({ 1, "sloop: " .. reason .. "\n" }, { check("return { " .. text .. " }") })
    end
  end)
end)

describe("sloop check warns, and the exit status stays, of", function()
  local function warns(sockets, more)
    local path = write(("return { sockets = { %s }, %s }"):format(sockets, more or "main = print"))
    local status, out, err = helper.run { "check", path }
    assert.same({ 0, path .. ": ok\n" }, { status, out })
    return (err:gsub("sloop: " .. path:gsub("%p", "%%%0") .. ": warning: ", ""))
  end

  it("a sub without a subscription", function()
    assert.equal("socket 's': a sub without a subscription receives nothing: "
      .. "subscribe = \"\" is for all\n", warns "s = { 'sub', connect = 'tcp://127.0.0.1:1' }")
    assert.equal("", warns("s = { 'sub', subscribe = '' }", "on = { s = function() end }"))
    assert.equal("", warns("s = { 'sub' }", "on = { s = function() end }, "
      .. "init = function(self) self.s:subscribe 'a' end"))
  end)

  it("sockets that nothing reads", function()
    for _, kind in ipairs { "pull", "dealer", "router", "rep" } do
      assert.equal("socket 's': nothing reads it: there is no handler on.s and no recv\n",
        warns(("s = { '%s' }"):format(kind)))
      assert.equal("", warns(("s = { '%s' }"):format(kind), "on = { s = print }"))
      assert.equal("", warns(("s = { '%s' }"):format(kind),
        "main = function(self) return self.s:recv() end"))
    end
    assert.equal("", warns "s = { 'push' }, p = { 'pub' }")
    assert.equal("", warns("a = { 'router' }, b = { 'dealer' }", "relays = { r = { 'a', 'b' } }"))
  end)

  it("hosts whose names do not resolve", function()
    assert.matches("^socket 's': 'no%-such%-host%.invalid' does not resolve: %a",
      warns "s = { 'push', connect = 'tcp://no-such-host.invalid:1' }")
    assert.equal("", warns "s = { 'push', connect = { 'tcp://localhost:1', 'tcp://127.0.0.1:1' } }")
  end)
end)

describe("the right command is named", function()
  it("by run for a topology, and by up for a role", function()
    local status, _, err = helper.run { "run", "patterns/pair/topology.lua" }
    assert.equal(1, status)
    assert.matches("this is a topology, not a role: 'sloop up' and 'sloop sim' run it", err)
    status, _, err = helper.run { "up", "pair/pong" }
    assert.same({ 2, "sloop: patterns/pair/pong.lua is a role, not a topology: "
      .. "'sloop run' runs it\n" }, { status, err })
  end)
end)

describe("sloop show", function()
  it("prints the nodes of a topology", function()
    local path = write [[
--- Two that play.
return { nodes = { pong = { "pair/pong" }, ping = { "pair/ping", count = 2 } },
  faults = { cut = true } }]]
    local status, out, err = helper.run { "show", path }
    assert.same({ 0, "" }, { status, err })
    assert.matches("^Two that play%.\n\nusage: sloop up ", out)
    assert.matches("\n  ping%.1  pair/ping\n  ping%.2  pair/ping\n", out)
    assert.matches("\n  pong    pair/pong +binds tcp", out)
    assert.matches("\n  faults  cut\n  check   no: only errors of handlers are failures\n$", out)
  end)
end)

it("a descriptor that does not listen is refused, and nothing aborts", function()
  for _, case in ipairs { { 99, "Bad file descriptor" }, { 0, "" } } do
    local path = write(([[return { on = { a = print },
      sockets = { a = { 'rep', bind = 'tcp://127.0.0.1:*', use_fd = %d } } }]]):format(case[1]))
    local status, _, err = helper.run { "run", path, "--control=none" }
    assert.equal(1, status)
    assert.matches("socket 'a' can't set use_fd: " .. case[2], err)
  end
end)

describe("sloop check finds globals by mistake", function()
  it("in a role, and knows those of other files of the same command line no more", function()
    local sets = write "Leaked = 1 return { main = function() return Leaked end }"
    local reads = write "return { main = function() return Leaked end }"
    local status, out, err = helper.run { "check", sets, reads }
    assert.same({ 1, sets .. ": ok\n", "sloop: " .. reads
      .. ":1: 'Leaked' is neither a local nor a global that is set\n" }, { status, out, err })
  end)
end)

describe("sloop list", function()
  it("names every role that run finds on SLOOP_PATH, and runs no program to know", function()
    local folder = helper.folder()
    helper.write(folder .. "/market/desk.lua", "--- Desk.\nreturn { main = function() end }")
    helper.write(folder .. "/lone.lua", "--- Lone.\nlocal r = {}\nr.on = {}\nreturn r")
    helper.write(folder .. "/program.lua", "--- Program.\nio.open('ran', 'w')\nprint 'ran'")
    helper.write(folder .. "/patterns/a/b.lua", "--- B.\nreturn { on = {}, state = {} }")
    local options = { cwd = folder, env = { SLOOP_PATH = folder } }
    local status, out, err = helper.run({ "list" }, options)
    assert.same({ 0, "" }, { status, err })
    assert.matches("\nlone +Lone%.\n", "\n" .. out)
    assert.matches("\nmarket/desk +Desk%.\n", "\n" .. out)
    assert.matches("\na/b +B%.\n", "\n" .. out)
    assert.is_nil(out:find("program", 1, true))
    assert.is_nil(io.open(folder .. "/ran"))
    assert.equal(0, (helper.run({ "run", "market/desk", "--control=none" }, options)))
    assert.equal(0, (helper.run({ "check", "lone", "a/b" }, options)))
  end)
end)
