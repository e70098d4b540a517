--- Topology files: copies, endpoints, settings, and what is refused.
local helper = require "spec.helper"
local topology = require "sloop.private.topology.topology"

local ROLES <const> = {
  ["server.lua"] = [[return {
    options = { work = 1 },
    sockets = {
      clients = { "rep", bind = "tcp://*:5555" }, inner = { "pull", bind = "inproc://*" },
    },
    on = { clients = function(_, x) return x end, inner = function() end },
  }]],
  ["client.lua"] = [[return {
    options = { requests = 1, servers = { "tcp://localhost:1" } },
    sockets = { server = { "req" } },
    main = function() end,
  }]],
  ["broken.lua"] = "return {",
  ["misspelt.lua"] = "return {\n  optons = {} }",
}

local folder
before_each(function() folder = helper.folder() end)
after_each(helper.cleanup)

local function load(text, settings)
  for name, role in pairs(ROLES) do helper.write(folder .. "/" .. name, role) end
  return topology.load(helper.write(folder .. "/topology.lua", text),
    { settings = settings, keep = true })
end

local function by_name(nodes)
  local names, found = {}, {}
  for i, node in ipairs(nodes) do names[i], found[node.name] = node.name, node end
  return found, table.concat(names, " ")
end

describe("a topology", function()
  it("lists its nodes in order of name, copies by number", function()
    local nodes = assert(load [[return { nodes = {
      server = { "server.lua", work = 5 },
      client = { "client.lua", count = 2, requests = function(number) return 10 * number end },
      none = { "client.lua", count = 0 },
    } }]])
    local found, names = by_name(nodes)
    assert.equal("client.1 client.2 server", names)
    assert.same({ 5, 10, 20 }, { found.server.declaration.options.work,
      found["client.1"].declaration.options.requests,
      found["client.2"].declaration.options.requests })
    assert.same({ true, false }, { found["client.1"].has_main, found.server.has_main })
    assert.equal(folder .. "/server.lua", found.server.path)
  end)

  it("has its own keys for thread, restart and host, each also by number", function()
    local nodes = assert(load [[return { nodes = {
      a = { "client.lua", thread = true, restart = true, host = "h" },
      b = { "client.lua", count = 2, thread = function(number) return "t" .. number end },
    } }]])
    local found = by_name(nodes)
    assert.same({ true, true, "h" }, { found.a.thread, found.a.restart, found.a.host })
    assert.same({ "t1", "t2" }, { found["b.1"].thread, found["b.2"].thread })
  end)

  it("puts endpoints in the place of '@node.socket', those of all copies or of one", function()
    local nodes = assert(load [[return { nodes = {
      server = { "server.lua", count = 2,
        clients = { bind = function(number) return "tcp://*:600" .. number end } },
      all = { "client.lua", servers = "@server.clients" },
      one = { "client.lua", server = { connect = "@server.2.clients" } },
    } }]])
    local found = by_name(nodes)
    assert.same({ "tcp://localhost:6001", "tcp://localhost:6002" },
      found.all.declaration.options.servers)
    assert.same({ "tcp://localhost:6002" }, found.one.declaration.sockets.server.connect)
  end)

  it("makes up a name for each 'inproc://*' it writes itself", function()
    local nodes = assert(load [[return { nodes = {
      server = { "server.lua", count = 2, clients = { bind = "inproc://*" } },
      client = { "client.lua", servers = "@server.clients" },
    } }]])
    local servers = by_name(nodes).client.declaration.options.servers
    assert.equal(2, #servers)
    assert.not_equal(servers[1], servers[2])
    assert.matches("^inproc://server%.%d", servers[1])
  end)

  it("takes settings, for all copies or for one; '-' is '_'", function()
    local nodes = assert(load([[return { nodes = { ["a-b"] = { "client.lua", count = 2 } } }]], {
      { path = { "a_b", "requests" }, value = "7" },
      { path = { "a_b", "2", "requests" }, value = "8" },
    }))
    local found = by_name(nodes)
    assert.same({ 7, 8 }, { found["a-b.1"].declaration.options.requests,
      found["a-b.2"].declaration.options.requests })
  end)

  it("may be a table", function()
    local nodes = assert(topology.load { nodes = { a = { "pair/pong" } } })
    assert.equal("a", nodes[1].name)
  end)
end)

describe("a topology is refused, with exit status 1, when", function()
  local function refused(wanted, text)
    local nodes, reason, status = load(text)
    assert.is_nil(nodes)
    assert.truthy(reason:find(wanted, 1, true), reason)
    assert.equal(1, status)
  end

  for case, what in pairs {
    ["it does not load"] = { "topology.lua:1: unexpected symbol", "return {" },
    ["it raises"] = { "topology.lua:1: boo", "error 'boo'" },
    ["it has a key nobody knows"] = { "unknown key 'node' (did you mean 'nodes'?)",
      "return { node = {} }" },
    ["it has no nodes"] = { "a topology is a table with 'nodes'", "return { nodes = {} }" },
    ["every count is 0"] = { "there is no node: every count is 0",
      "return { nodes = { a = { 'client.lua', count = 0 } } }" },
    ["a count is no number"] = { "node 'a': count is an integer of at least 0",
      "return { nodes = { a = { 'client.lua', count = 1.5 } } }" },
    ["a name is none"] = { "'a b' is not a name for a node",
      "return { nodes = { ['a b'] = { 'client.lua' } } }" },
    ["a node has no role"] = { "node 'a' is a table whose first value is a role",
      "return { nodes = { a = {} } }" },
    ["a thread is neither name nor number"] = {
      "node 'a': thread is true, a name or a number, not 5.5",
      "return { nodes = { a = { 'client.lua', thread = 5.5 } } }" },
    ["restart is a word"] = { "node 'a': restart is true or false, not 'always'",
      "return { nodes = { a = { 'client.lua', restart = 'always' } } }" },
    ["a function fails"] = { "topology.lua:1: no 2",
      "return { nodes = { a = { 'client.lua', count = 2, requests = function(n)"
      .. " if n == 2 then error('no ' .. n) end return n end } } }" },
    ["a role does not load"] = { "node 'a': ", "return { nodes = { a = { 'broken.lua' } } }" },
    ["a role is wrong"] = { "misspelt.lua:2: unknown key 'optons'",
      "return { nodes = { a = { 'misspelt.lua', requests = 5 } } }" },
    ["a role has no such option"] = { "node 'a': no option, socket or part 'request'",
      "return { nodes = { a = { 'client.lua', request = 5 } } }" },
    ["a socket is not there"] = { "'@server.client' names no socket (did you mean",
      "return { nodes = { a = { 'client.lua', servers = '@server.client' },"
      .. " server = { 'server.lua' } } }" },
    ["a socket is bound to nothing"] = { "'@b.server' is bound to nothing",
      "return { nodes = { a = { 'client.lua', servers = '@b.server' }, b = { 'client.lua' } } }" },
  } do
    it(case, function() refused(table.unpack(what)) end)
  end
end)

describe("a topology is refused, with exit status 2, when", function()
  local function refused(wanted, nodes, reason, status)
    assert.is_nil(nodes)
    assert.truthy(reason:find(wanted, 1, true), reason)
    assert.equal(2, status)
  end

  it("the file is not there", function()
    refused("no such file: nowhere.lua", topology.load "nowhere.lua")
    refused("no such file: pipeline", topology.load "pipeline")
  end)

  it("the file is a role", function()
    refused("is a role, not a topology: 'sloop run' runs it",
      load "return { main = function() end }")
  end)

  it("a role is not there", function()
    refused("node 'a': no such file: nowhere.lua",
      load "return { nodes = { a = { 'nowhere.lua' } } }")
  end)

  it("a setting names nobody, or no option, or no value it may have", function()
    local text = "return { nodes = { ab = { 'client.lua', count = 2 } } }"
    local function set(...)
      return load(text, { { path = { ... }, value = "x" } })
    end
    refused("there is no node 'abc' (did you mean 'ab'?)", set("abc", "requests"))
    refused("there is no node 'ab.3' (did you mean 'ab.1'?)", set("ab", "3", "requests"))
    refused("node 'ab.1': no option 'request' (did you mean 'requests'?)", set("ab", "request"))
    refused("node 'ab.2': option 'requests' takes an integer, not 'x'", set("ab", "2", "requests"))
  end)
end)
